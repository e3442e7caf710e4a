/* Records what a process does to the files of one folder, in the order in which it does it.
 *
 * Loaded before the C library (LD_PRELOAD). Every call is done and written down in one turn, so the order of the records
 * is the order of the calls, in all threads. A sync is not done, only written down: once when it begins and once when
 * it is over, with other threads at work in between, as a disk takes its time. What is said on standard output is
 * written down too. After WTB_RECORDED_CALLS calls the process ends, between two calls.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 4096
#define SYNC_MICROSECONDS 300

struct record {
    uint32_t call;
    int32_t file;
    uint64_t at;
    uint64_t length;
};

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static size_t folder_length;
static int records = -1;
static long calls_left;
static uint64_t syncs;
static char is_recorded[FILES];

static void record(char call, int file, uint64_t at, const void *data, size_t length)
{
    struct record head = {(uint32_t)call, file, at, length};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)data, length}};
    if (syscall(SYS_writev, records, parts, 2) != (long)(sizeof head + length))
        abort();
    if (--calls_left == 0)
        _exit(0);
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("WTB_RECORDS"), *calls = getenv("WTB_RECORDED_CALLS");
    folder = getenv("WTB_RECORDED_FOLDER");
    if (!path || !folder || !calls)
        return;
    folder_length = strlen(folder);
    calls_left = atol(calls);
    records = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (records < 0)
        abort();
    record('P', 0, 0, "", 0);
}

/* The path as it is below the folder, or nothing. */
static const char *inside(const char *path)
{
    if (records < 0 || strncmp(path, folder, folder_length) != 0)
        return NULL;
    if (path[folder_length] == 0)
        return path + folder_length;
    return path[folder_length] == '/' ? path + folder_length + 1 : NULL;
}

static int of_interest(int file)
{
    return file >= 0 && file < FILES && is_recorded[file];
}

static int do_open(const char *path, int flags, mode_t mode)
{
    const char *name = inside(path);
    if (!name)
        return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    pthread_mutex_lock(&turn);
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (file >= FILES)
        abort();
    if (file >= 0) {
        is_recorded[file] = 1;
        record('O', file, (flags & O_CREAT ? 1 : 0) | (flags & O_TRUNC ? 2 : 0), name, strlen(name));
    }
    pthread_mutex_unlock(&turn);
    return file;
}

#define OPEN(name)                                \
    int name(const char *path, int flags, ...)    \
    {                                             \
        va_list rest;                             \
        va_start(rest, flags);                    \
        mode_t mode = va_arg(rest, mode_t);       \
        va_end(rest);                             \
        return do_open(path, flags, mode);        \
    }
OPEN(open)
OPEN(open64)

int close(int file)
{
    if (!of_interest(file))
        return (int)syscall(SYS_close, file);
    pthread_mutex_lock(&turn);
    is_recorded[file] = 0;
    int done = (int)syscall(SYS_close, file);
    record('C', file, 0, "", 0);
    pthread_mutex_unlock(&turn);
    return done;
}

static ssize_t do_write(int file, const void *data, size_t length, off_t at, int is_placed)
{
    if (!of_interest(file) && !(file == STDOUT_FILENO && records >= 0))
        return is_placed ? syscall(SYS_pwrite64, file, data, length, at) : syscall(SYS_write, file, data, length);
    pthread_mutex_lock(&turn);
    if (!is_placed && file != STDOUT_FILENO)
        at = syscall(SYS_lseek, file, 0, SEEK_CUR);
    ssize_t done = is_placed ? syscall(SYS_pwrite64, file, data, length, at) : syscall(SYS_write, file, data, length);
    if (done > 0)
        record(file == STDOUT_FILENO ? 'A' : 'W', file, (uint64_t)at, data, (size_t)done);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t write(int file, const void *data, size_t length) { return do_write(file, data, length, 0, 0); }
ssize_t pwrite(int file, const void *data, size_t length, off_t at) { return do_write(file, data, length, at, 1); }
ssize_t pwrite64(int file, const void *data, size_t length, off_t at) { return do_write(file, data, length, at, 1); }

static int do_truncate(int file, off_t length)
{
    if (!of_interest(file))
        return (int)syscall(SYS_ftruncate, file, length);
    pthread_mutex_lock(&turn);
    int done = (int)syscall(SYS_ftruncate, file, length);
    if (done == 0)
        record('T', file, (uint64_t)length, "", 0);
    pthread_mutex_unlock(&turn);
    return done;
}

int ftruncate(int file, off_t length) { return do_truncate(file, length); }
int ftruncate64(int file, off_t length) { return do_truncate(file, length); }

static int do_sync(int file, long call)
{
    if (!of_interest(file))
        return (int)syscall(call, file);
    pthread_mutex_lock(&turn);
    uint64_t number = ++syncs;
    record('S', file, number, "", 0);
    pthread_mutex_unlock(&turn);
    usleep(SYNC_MICROSECONDS);
    pthread_mutex_lock(&turn);
    record('D', file, number, "", 0);
    pthread_mutex_unlock(&turn);
    return 0;
}

int fsync(int file) { return do_sync(file, SYS_fsync); }
int fdatasync(int file) { return do_sync(file, SYS_fdatasync); }

#define OF_A_PATH(path, kind, do_it)                     \
    const char *name = inside(path);                     \
    if (!name)                                           \
        return (int)(do_it);                             \
    pthread_mutex_lock(&turn);                           \
    int done = (int)(do_it);                             \
    if (done == 0)                                       \
        record(kind, -1, 0, name, strlen(name));         \
    pthread_mutex_unlock(&turn);                         \
    return done;

int unlink(const char *path) { OF_A_PATH(path, 'U', syscall(SYS_unlinkat, AT_FDCWD, path, 0)) }
int mkdir(const char *path, mode_t mode) { OF_A_PATH(path, 'M', syscall(SYS_mkdirat, AT_FDCWD, path, mode)) }
