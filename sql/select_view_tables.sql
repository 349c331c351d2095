-- The tables and views that each view reads directly.
select distinct view.relname as view_name, source.relname as table_name
from pg_class as view
join pg_rewrite as rule on rule.ev_class = view.oid
join pg_depend as uses on uses.classid = 'pg_rewrite'::regclass and uses.objid = rule.oid and uses.refclassid = 'pg_class'::regclass
join pg_class as source on source.oid = uses.refobjid and source.oid <> view.oid
where view.relkind in ('v', 'm') and view.relnamespace = current_schema()::regnamespace and source.relkind in ('r', 'p', 'v', 'm')
order by view.relname, source.relname
