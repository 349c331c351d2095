-- Roles other than ours that may create functions in the schema of fin's tables. Superusers, the owners of the database and the schema,
-- and the role that ran fin db init may do so anyway. role: public for every role. schema: its name. Both are quoted where SQL needs it.
select pg_catalog.quote_ident(current_schema()::text) as schema, coalesce(nullif(privilege.grantee, 0)::regrole::text, 'public') as role
from pg_namespace as namespace
cross join lateral pg_catalog.aclexplode(coalesce(namespace.nspacl, pg_catalog.acldefault('n', namespace.nspowner))) as privilege
left join pg_roles as grantee on grantee.oid = privilege.grantee
where namespace.nspname = current_schema() and privilege.privilege_type = 'CREATE'
  and grantee.rolname is distinct from current_user and grantee.rolname is distinct from 'pg_database_owner' and grantee.rolsuper is not true
  and privilege.grantee <> namespace.nspowner
  and privilege.grantee <> (select datdba from pg_database where datname = current_database())
  and privilege.grantee is distinct from (select relowner from pg_class where oid = pg_catalog.to_regclass('schema_files'))
order by 2
