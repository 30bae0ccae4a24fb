/* What the disk keeps: the bytes of files and the names of folders, as their syncs have left them. */
#include "shim.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 4096
#define CHUNK (64 * BLOCK)

/* A name for an inode that no later inode takes: its file handle, which holds a generation where inodes are used again. */
void identity(int at, const char *name, char *text)
{
    _Alignas(struct file_handle) unsigned char space[sizeof(struct file_handle) + MAX_HANDLE_SZ];
    struct file_handle *handle = (struct file_handle *)space;
    int mount;
    handle->handle_bytes = MAX_HANDLE_SZ;
    if (name_to_handle_at(at, name, handle, &mount, *name ? 0 : AT_EMPTY_PATH) == 0) {
        text += sprintf(text, "h%d-", handle->handle_type);
        for (unsigned byte = 0; byte < handle->handle_bytes; byte++)
            text += sprintf(text, "%02x", space[sizeof *handle + byte]);
        return;
    }
    struct statx facts; /* some file systems have no handles, such as those of containers: then the time of birth */
    if (statx(at, name, AT_SYMLINK_NOFOLLOW | (*name ? 0 : AT_EMPTY_PATH), STATX_INO | STATX_BTIME, &facts))
        sprintf(text, "gone");
    else
        sprintf(text, "i%llu-%lld.%09u", (unsigned long long)facts.stx_ino, (long long)facts.stx_btime.tv_sec,
                facts.stx_btime.tv_nsec);
}

/* For disk/tree.py; `text` has room for IDENTITY_SIZE. */
EXPORT void faults_identity(const char *path, char *text)
{
    identity(AT_FDCWD, path, text);
}

static int opened(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0666);
    if (fd < 0)
        broken(path);
    if (flags & O_CREAT)
        fchmod(fd, 0666);
    return fd;
}

static ssize_t filled(int fd, char *to, off_t at)
{
    ssize_t have = 0, more;
    while (have < CHUNK && (more = pread(fd, to + have, CHUNK - have, at + have)) > 0)
        have += more;
    return have;
}

/* Bring `to` to what `from` holds, block by block; `half` stops in the middle, as a power cut does. */
static void copy(int from, int to, int half)
{
    char *now = malloc(CHUNK), *kept = malloc(CHUNK);
    struct stat facts;
    if (!now || !kept || fstat(from, &facts))
        broken("fstat");
    off_t end = half ? facts.st_size / 2 : facts.st_size;
    for (off_t at = 0; at < end; at += CHUNK) {
        ssize_t size = filled(from, now, at), had = filled(to, kept, at);
        for (ssize_t block = 0; block < size; block += BLOCK) {
            ssize_t length = size - block < BLOCK ? size - block : BLOCK;
            if (block + length <= had && !memcmp(now + block, kept + block, length))
                continue;
            if (pwrite(to, now + block, length, at + block) != length)
                broken("the store");
        }
    }
    if (!half && ftruncate(to, facts.st_size))
        broken("the store");
    free(now);
    free(kept);
}

static void keep_file(int fd, const char *place, int half)
{
    char link[40], fresh[PATH_MAX + 8];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int from = opened(link, O_RDONLY);
    int to = open(place, O_RDWR | O_CLOEXEC);
    if (to >= 0) {
        copy(from, to, half);
    } else if (!half) { /* under its name only when whole: until then the bytes from before the start stand */
        snprintf(fresh, sizeof fresh, "%s.new", place);
        to = opened(fresh, O_RDWR | O_CREAT | O_TRUNC);
        copy(from, to, 0);
        if (rename(fresh, place))
            broken(place);
    }
    if (to >= 0)
        close(to);
    close(from);
}

static void keep_folder(int fd, const char *place)
{
    char link[40], fresh[PATH_MAX + 8], name[IDENTITY_SIZE];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    snprintf(fresh, sizeof fresh, "%s.new", place);
    DIR *folder = opendir(link);
    FILE *list = fopen(fresh, "we");
    if (!folder || !list)
        broken(fresh);
    fchmod(fileno(list), 0666);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        identity(dirfd(folder), entry->d_name, name);
        if (strcmp(name, "gone"))
            fprintf(list, "%s %s\n", name, entry->d_name);
    }
    closedir(folder);
    if (fclose(list) || rename(fresh, place))
        broken(place);
}

void keep(int fd, int is_folder, int half)
{
    char name[IDENTITY_SIZE], place[PATH_MAX], lock[PATH_MAX + 8];
    identity(fd, "", name);
    snprintf(place, sizeof place, "%s/%s%s", control->store, name, is_folder ? ".names" : "");
    snprintf(lock, sizeof lock, "%s.lock", place);
    int held = opened(lock, O_RDWR | O_CREAT);
    while (flock(held, LOCK_EX))
        if (errno != EINTR)
            broken(lock);
    if (!is_folder)
        keep_file(fd, place, half);
    else if (!half)
        keep_folder(fd, place);
    close(held);
}

void keep_name(const char *path)
{
    char parent[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", path);
    char *slash = strrchr(parent, '/');
    if (!slash)
        return;
    *slash = 0;
    int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    keep(fd, 1, 0);
    close(fd);
}

