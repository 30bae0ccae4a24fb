/* A clock that is ahead of the true time, or behind. */
#include "shim.h"

#include <sys/time.h>

EXPORT int clock_gettime(clockid_t clock, struct timespec *time)
{
    int done = REAL(clock_gettime)(clock, time);
    if (!done && control && control->ahead_ns && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        int64_t sum = (int64_t)time->tv_sec * 1000000000ll + time->tv_nsec + control->ahead_ns;
        time->tv_sec = sum / 1000000000ll;
        time->tv_nsec = sum % 1000000000ll;
    }
    return done;
}

EXPORT int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

EXPORT time_t time(time_t *into)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (into)
        *into = now.tv_sec;
    return now.tv_sec;
}
