/* Loaded before libc into the processes of a server: what a sync has really kept, a slow disk, a full one, a clock that
 * jumps. A page shared by all processes, made by disk.py, says what to do; without one, every call goes straight on.
 *
 * The files under `root` are what the processes see: the page cache. What is on the platters lies in `store`: each
 * file's bytes as its last sync has left them, under the file's identity, and each folder's names as the folder's own
 * last sync has left them. A sync touches nothing else, so a file whose folder was not synced has bytes and no name.
 */
#ifndef SHIM_H
#define SHIM_H
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))
/* The function of that name that would have been called without us. */
#define REAL(name) ({ static __typeof__(&name) found; if (!found) found = (__typeof__(&name))real(#name); found; })

/* disk.py knows this layout. */
struct control {
    uint32_t off;        /* the power is gone: no sync returns any more */
    uint32_t journalled; /* a file's sync keeps its name too, as ext4 and XFS do */
    uint64_t syncs;      /* so far */
    uint64_t cut_at;     /* the power goes at this sync; 0: never */
    uint32_t when;       /* at its 0 beginning, 1 middle, 2 end */
    uint32_t full;       /* no write finds room */
    uint32_t slow_us;    /* a sync takes up to so long, seldom ten times as long */
    uint32_t seed;
    int64_t ahead_ns;    /* of the true time */
    uint64_t refused;    /* writes that found no room */
    int64_t started_ns;  /* what has not changed since is on the disk already */
    char root[1000];
    char store[1000];
};

extern struct control *control;

void *real(const char *name);
void broken(const char *what) __attribute__((noreturn));
/* Whether an open file lies under `root`; `path` (PATH_MAX) says where. */
int inside(int fd, char *path);
/* What an inode is called in the store: see disk.py. */
void identity(int at, const char *name, char *text);
#define IDENTITY_SIZE (2 * 128 + 16)
/* Bring the store up to one file or folder; `half` stops in the middle. */
void keep(int fd, int is_folder, int half);
void keep_name(const char *path);

#endif
