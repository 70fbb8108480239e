/*
 * sys.h - the seam: every call the library makes to the system goes through
 * here, so that a test can make the Nth one fail, fall short, or be the last.
 *
 * The functions are those of their names without "wa_sys_"; they start over
 * when a signal interrupts them, so EINTR is never seen.
 */
#ifndef WA_BASE_SYS_H
#define WA_BASE_SYS_H

#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/*
 * A test's hook is asked before each call: 0 lets it happen, a positive errno
 * makes it fail with that, WA_SYS_SHORT halves the size of a read or write.
 */
#define WA_SYS_SHORT (-1)
extern int (*wa_sys_hook)(const char *call);

int wa_sys_openat(int dir, const char *path, int flags, mode_t mode);
int wa_sys_close(int fd);
ssize_t wa_sys_read(int fd, void *buf, size_t size);
ssize_t wa_sys_pread(int fd, void *buf, size_t size, off_t offset);
ssize_t wa_sys_write(int fd, const void *buf, size_t size);
ssize_t wa_sys_pwrite(int fd, const void *buf, size_t size, off_t offset);
off_t wa_sys_lseek(int fd, off_t offset, int whence);
int wa_sys_fallocate(int fd, uint64_t size);
int wa_sys_fsync(int fd);
int wa_sys_forget(int fd); /* posix_fadvise(2): drop what is cached of it */
int wa_sys_fstat(int fd, struct stat *st);
int wa_sys_fstatat(int dir, const char *path, struct stat *st, int flags);
int
wa_sys_linkat(int from, const char *old, int to, const char *name, int flags);
int wa_sys_renameat(int from, const char *old, int to, const char *name);
int wa_sys_unlinkat(int dir, const char *path, int flags);
int wa_sys_mkdirat(int dir, const char *path, mode_t mode);
int wa_sys_getrandom(void *buf, size_t size);
int64_t wa_sys_now(void); /* microseconds since 1970-01-01 UTC */

/* Takes fd over, also when it fails. */
DIR *wa_sys_fdopendir(int fd);
struct dirent *wa_sys_readdir(DIR *dir); /* errno is 0 at the end */
void wa_sys_closedir(DIR *dir);

void *wa_sys_malloc(size_t size);
void *wa_sys_realloc(void *old, size_t size);
void wa_sys_free(void *memory);

#endif
