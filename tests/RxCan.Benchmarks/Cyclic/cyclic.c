// The baseline of the cyclic benchmark: BCM jobs set up by a C program, and the measurement of any jobs.
// usage: cyclic jobs INTERFACE COUNT PERIOD_US: sends identifiers 0x100 and up until standard input ends; prints a line once it does.
//        cyclic measure INTERFACE SECONDS: prints, of the periods of each identifier by kernel timestamps, how many there are, and in
//        ns the median, the 99th percentile, and that of the distance to 10 ms.
#include <linux/can.h>
#include <linux/can/bcm.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PERIOD 10000000LL

static int check(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

static int jobs(const char *name, int count, long period)
{
    int s = check(socket(PF_CAN, SOCK_DGRAM, CAN_BCM), "socket");
    struct sockaddr_can address = { .can_family = AF_CAN, .can_ifindex = if_nametoindex(name) };
    check(connect(s, (struct sockaddr *)&address, sizeof address), "connect");
    for (int i = 0; i < count; i++) {
        struct {
            struct bcm_msg_head head;
            struct can_frame frame;
        } message = { .head = { .opcode = TX_SETUP, .flags = SETTIMER | STARTTIMER, .can_id = 0x100 + i, .nframes = 1 } };
        message.head.ival2.tv_sec = period / 1000000;
        message.head.ival2.tv_usec = period % 1000000;
        message.frame.can_id = 0x100 + i;
        message.frame.can_dlc = 8;
        check(write(s, &message, sizeof message), "TX_SETUP");
    }
    puts("sending");
    fflush(stdout);
    while (getchar() != EOF)
        ;
    return 0;
}

static int ascending(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int64_t percentile(int64_t *values, int count, int percent)
{
    qsort(values, count, sizeof *values, ascending);
    return values[(int64_t)(count - 1) * percent / 100];
}

static int measure(const char *name, int seconds)
{
    int on = 1, size = 256 * 1024 * 1024, count = 0, capacity = 100000 * seconds;
    int s = check(socket(PF_CAN, SOCK_RAW, CAN_RAW), "socket");
    struct sockaddr_can address = { .can_family = AF_CAN, .can_ifindex = if_nametoindex(name) };
    check(setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size), "SO_RCVBUFFORCE");
    check(setsockopt(s, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on), "SO_TIMESTAMPNS");
    check(bind(s, (struct sockaddr *)&address, sizeof address), "bind");
    sleep(seconds); // only the jobs run: the frames wait in the buffer

    static int64_t last[CAN_SFF_MASK + 1];
    int64_t *periods = malloc(capacity * sizeof *periods);
    struct can_frame frame;
    char control[128];
    struct iovec vector = { &frame, sizeof frame };
    for (;;) {
        struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
        if (recvmsg(s, &message, MSG_DONTWAIT) < 0)
            break;
        struct cmsghdr *c = CMSG_FIRSTHDR(&message);
        struct timespec *stamp = (struct timespec *)CMSG_DATA(c);
        int64_t now = stamp->tv_sec * 1000000000LL + stamp->tv_nsec, *before = &last[frame.can_id & CAN_SFF_MASK];
        if (*before != 0 && count < capacity)
            periods[count++] = now - *before;
        *before = now;
    }
    if (count == 0) {
        fprintf(stderr, "no frames\n");
        return 1;
    }
    int64_t median = percentile(periods, count, 50), p99 = percentile(periods, count, 99);
    for (int i = 0; i < count; i++)
        periods[i] = llabs(periods[i] - PERIOD);
    printf("%d %lld %lld %lld\n", count, (long long)median, (long long)p99, (long long)percentile(periods, count, 99));
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 5 && !strcmp(argv[1], "jobs"))
        return jobs(argv[2], atoi(argv[3]), atol(argv[4]));
    if (argc == 4 && !strcmp(argv[1], "measure"))
        return measure(argv[2], atoi(argv[3]));
    fprintf(stderr, "usage: cyclic jobs INTERFACE COUNT PERIOD_US | cyclic measure INTERFACE SECONDS\n");
    return 2;
}
