#include "shim.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct control *control;

void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        broken(name);
    return found;
}

EXPORT int faults_use(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return -1;
    void *page = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (page == MAP_FAILED)
        return -1;
    control = page;
    return 0;
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("FAULTS_CONTROL");
    if (path && faults_use(path))
        _exit(97);
}

void broken(const char *what)
{
    dprintf(2, "faults: %s: %s\n", what, strerror(errno));
    abort();
}

int inside(int fd, char *path)
{
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, PATH_MAX - 1);
    if (size < 0)
        return 0;
    path[size] = 0;
    size_t root = strlen(control->root);
    return !strncmp(path, control->root, root) && (path[root] == '/' || !path[root]);
}

static void wait_for_the_end(void)
{
    for (;;)
        pause();
}

static uint32_t dice(uint64_t number)
{
    uint64_t mixed = (number + 1) * 0x9E3779B97F4A7C15ull ^ ((uint64_t)control->seed + 7) * 0xD1B54A32D192ED03ull;
    mixed ^= mixed >> 29;
    mixed *= 0xBF58476D1CE4E5B9ull;
    return (uint32_t)(mixed >> 32);
}

static void take_time(uint64_t number)
{
    if (!control->slow_us)
        return;
    uint32_t thrown = dice(number);
    uint64_t us = thrown % control->slow_us;
    if ((thrown >> 16) % 20 == 0)
        us *= 10;
    struct timespec rest = {us / 1000000, us % 1000000 * 1000};
    while (nanosleep(&rest, &rest) && errno == EINTR)
        ;
}

static int changed(const struct stat *facts)
{
    int64_t at = (int64_t)facts->st_ctim.tv_sec * 1000000000ll + facts->st_ctim.tv_nsec;
    return at >= control->started_ns;
}

static int synced(int fd, int (*sync)(int))
{
    char path[PATH_MAX];
    struct stat facts;
    if (!control)
        return sync(fd);
    if (fstat(fd, &facts) || !(S_ISREG(facts.st_mode) || S_ISDIR(facts.st_mode)) || !inside(fd, path))
        return sync(fd);
    uint64_t number = __atomic_add_fetch(&control->syncs, 1, __ATOMIC_SEQ_CST);
    if (control->off)
        wait_for_the_end();
    take_time(number);
    int last = control->cut_at && number >= control->cut_at;
    if (last && control->when == 0)
        __atomic_store_n(&control->off, 1, __ATOMIC_SEQ_CST);
    if (control->off)
        wait_for_the_end();
    if (control->store[0] && changed(&facts)) {
        keep(fd, S_ISDIR(facts.st_mode), last && control->when == 1);
        if (control->journalled && S_ISREG(facts.st_mode))
            keep_name(path);
    }
    if (last)
        __atomic_store_n(&control->off, 1, __ATOMIC_SEQ_CST);
    if (control->off)
        wait_for_the_end();
    return 0;
}

EXPORT int fsync(int fd)
{
    return synced(fd, REAL(fsync));
}

EXPORT int fdatasync(int fd)
{
    return synced(fd, REAL(fdatasync));
}

