"""A disk that can lose its power, be slow or full, and a clock that jumps: below the database, above the kernel.

A small library in C is loaded before libc (LD_PRELOAD) into every process of the server: gunicorn and its workers, the
worker, PostgreSQL and its backends. It sees each fsync and fdatasync, and then copies what that call promises to keep
into a store: a file's bytes under the file's identity, a folder's names under the folder's. The files themselves are
the page cache, which all processes share, also by mmap. At the cut no sync returns any more, all processes are
killed, and `cut.after` makes the folder anew from the store; each block, sector and name that was not synced
is there or not by the seed's coin.

Why not below the kernel: a device of the device mapper, or FUSE, needs rights and modules that a container does
not give, and would test the file system's own journal too, which differs from the one that an operator has. This way
is stricter: POSIX promises a name only after a sync of its folder, and here nothing else keeps it, except in the
runs that play a journalling file system (`journalled`), where the sync of a file keeps its name as well.

What it does not see: files opened with O_SYNC or O_DSYNC, msync, sync and syncfs. Neither SQLite nor PostgreSQL with
its default `wal_sync_method` uses them to keep a commit; what they would keep is taken as not kept. Of a block that was
written several times since its last sync, only the last state can survive, not one between.
"""
