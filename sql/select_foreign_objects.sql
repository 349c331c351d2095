-- Functions and operators of other roles that fin's tables, views and functions use: they would run with the rights of whoever reads or writes.
-- $1: names of fin's tables and views. Superusers, the owners of the database and the schema, and the role that ran fin db init may define what they like.
with initial as (
  select relowner as owner from pg_class where oid = pg_catalog.to_regclass('schema_files')
)
select distinct coalesce(relation.relname, own.proname)::text as relation,
  pg_describe_object(dependency.refclassid, dependency.refobjid, 0) as used, pg_get_userbyid(object.owner)::text as owner
from (
  select 'pg_proc'::regclass as class, oid, proowner as owner from pg_proc where oid >= 16384
  union all
  select 'pg_operator'::regclass, oid, oprowner from pg_operator where oid >= 16384
) as object
join pg_depend as dependency on dependency.refclassid = object.class and dependency.refobjid = object.oid
left join pg_proc as own on dependency.classid = 'pg_proc'::regclass and own.oid = dependency.objid
  and own.pronamespace = current_schema()::regnamespace
  and (own.proowner::regrole::text = pg_catalog.quote_ident(current_user) or own.proowner = (select owner from initial))
left join lateral (
  select ev_class as oid from pg_rewrite where dependency.classid = 'pg_rewrite'::regclass and oid = dependency.objid
  union all
  select adrelid from pg_attrdef where dependency.classid = 'pg_attrdef'::regclass and oid = dependency.objid
  union all
  select conrelid from pg_constraint where dependency.classid = 'pg_constraint'::regclass and oid = dependency.objid
  union all
  select indrelid from pg_index where dependency.classid = 'pg_class'::regclass and indexrelid = dependency.objid
  union all
  select tgrelid from pg_trigger where dependency.classid = 'pg_trigger'::regclass and oid = dependency.objid
) as dependent on true
left join pg_class as relation on relation.oid = dependent.oid
where (own.oid is not null or (relation.relname = any ($1::text[]) and pg_table_is_visible(relation.oid)))
  and not exists (
    select from pg_roles as role
    where role.oid = object.owner and (role.rolsuper or role.rolname = current_user
      or role.oid = (select owner from initial)
      or role.oid = (select nspowner from pg_namespace where nspname = current_schema())
      or role.oid = (select datdba from pg_database where datname = current_database())
    )
  )
order by 1, 2
