/* A full disk: no room for what is new; what a file already holds can be written over. */
#include "shim.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int no_room(int fd)
{
    char path[PATH_MAX];
    if (!control || !control->full || !inside(fd, path))
        return 0;
    __atomic_add_fetch(&control->refused, 1, __ATOMIC_SEQ_CST);
    errno = ENOSPC;
    return 1;
}

static int grows(int fd, off_t at, size_t size)
{
    struct stat facts;
    if (!control || !control->full || fstat(fd, &facts) || !S_ISREG(facts.st_mode))
        return 0;
    if (at < 0)
        at = fcntl(fd, F_GETFL) & O_APPEND ? facts.st_size : lseek(fd, 0, SEEK_CUR);
    return at + (off_t)size > facts.st_size && no_room(fd);
}

static size_t length(const struct iovec *parts, int count)
{
    size_t sum = 0;
    for (int at = 0; at < count; at++)
        sum += parts[at].iov_len;
    return sum;
}

EXPORT ssize_t write(int fd, const void *data, size_t size)
{
    return grows(fd, -1, size) ? -1 : REAL(write)(fd, data, size);
}

EXPORT ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
    return grows(fd, at, size) ? -1 : REAL(pwrite64)(fd, data, size, at);
}

EXPORT ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
    return pwrite64(fd, data, size, at);
}

EXPORT ssize_t writev(int fd, const struct iovec *parts, int count)
{
    return grows(fd, -1, length(parts, count)) ? -1 : REAL(writev)(fd, parts, count);
}

EXPORT ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at)
{
    return grows(fd, at, length(parts, count)) ? -1 : REAL(pwritev64)(fd, parts, count, at);
}

EXPORT ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
    return pwritev64(fd, parts, count, at);
}

EXPORT int posix_fallocate64(int fd, off64_t at, off64_t size)
{
    return grows(fd, at, (size_t)size) ? ENOSPC : REAL(posix_fallocate64)(fd, at, size);
}

EXPORT int posix_fallocate(int fd, off_t at, off_t size)
{
    return posix_fallocate64(fd, at, size);
}

