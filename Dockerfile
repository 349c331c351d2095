# fin as a container: docker build -t fin:0.1.0 .
ARG NODE_IMAGE=node:24-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /fin
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=optional
COPY bin ./bin
COPY src ./src
COPY tsconfig.json ./
RUN npm run build
RUN npm prune --omit=dev --omit=optional --ignore-scripts

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    FIN_EMBEDDED=never \
    TZ=UTC
WORKDIR /fin
COPY --from=build /fin/package.json ./
COPY --from=build /fin/node_modules ./node_modules
COPY --from=build /fin/bin ./bin
COPY --from=build /fin/dist ./dist
COPY --from=build /fin/oclif.manifest.json ./
COPY sql ./sql
COPY initdb ./initdb
RUN ln -s /fin/bin/run.js /usr/local/bin/fin
USER 10001:10001
# nothing is written outside /tmp: the file system may be read-only
WORKDIR /tmp
ENTRYPOINT ["fin"]
CMD ["--help"]
