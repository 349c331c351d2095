-- Record an applied schema file, in the transaction that applied it. $1: name, $2: sha256, $3: version of fin.
insert into schema_files (name, sha256, version) values ($1, $2, $3)
