/** Renders the Kubernetes NetworkPolicy of all pods of fin: the connections that they may open. */

/** The label of every pod of fin. */
export const podLabel = {'app.kubernetes.io/name': 'fin'}

/** TCP ports of the servers that fin connects to, with what answers there. */
const ports = [
  443, // the providers, over HTTPS and WebSocket
  5432, // PostgreSQL
  6432, // PgBouncer
  6379, // Redis
  9092, // Kafka
]

const tcp = (port: number) => ({protocol: 'TCP', port})

/**
 * The policy: name look-ups and the ports above, to any address, and no connection to a pod. A scheduled run
 * serves nothing.
 */
export function networkPolicy(): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {name: 'fin', labels: podLabel},
    spec: {
      podSelector: {matchLabels: podLabel},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [],
      egress: [{ports: [{protocol: 'UDP', port: 53}, tcp(53)]}, {ports: ports.map(tcp)}],
    },
  }
}
