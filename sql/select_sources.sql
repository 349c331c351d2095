-- The tables, views and functions that each view or function of this schema reads directly.
with readers as (
  select rule.ev_class as reader, uses.refclassid, uses.refobjid
  from pg_rewrite as rule
  join pg_depend as uses on uses.classid = 'pg_rewrite'::regclass and uses.objid = rule.oid and uses.refobjid <> rule.ev_class
  union
  select uses.objid, uses.refclassid, uses.refobjid from pg_depend as uses where uses.classid = 'pg_proc'::regclass
)
select distinct coalesce(view.relname, function.proname) as reader, coalesce(source.relname, called.proname) as source
from readers
left join pg_class as view on view.oid = readers.reader and view.relkind in ('v', 'm') and view.relnamespace = current_schema()::regnamespace
left join pg_proc as function on function.oid = readers.reader and function.pronamespace = current_schema()::regnamespace
left join pg_class as source on readers.refclassid = 'pg_class'::regclass and source.oid = readers.refobjid and source.relkind in ('r', 'p', 'v', 'm')
left join pg_proc as called on readers.refclassid = 'pg_proc'::regclass and called.oid = readers.refobjid
where coalesce(view.oid, function.oid) is not null and coalesce(source.oid, called.oid) is not null
order by reader, source
