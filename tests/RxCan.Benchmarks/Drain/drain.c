// The baseline of the drain benchmark: the best a C program can do with the frames that wait in a socket.
// usage: drain INTERFACE COUNT FD MODE; prints the nanoseconds from the first to the last frame.
// MODE: mmsg (recvmmsg of 64), mmsg-ts (the same with kernel timestamps and drop counts read), read (poll and read of one).
#define _GNU_SOURCE
#include <linux/can.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64

static int check(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

static int open_socket(const char *name, int fd_frames)
{
    int on = 1, size = 32 * 1024 * 1024, s = check(socket(PF_CAN, SOCK_RAW, CAN_RAW), "socket");
    struct sockaddr_can address = { .can_family = AF_CAN, .can_ifindex = if_nametoindex(name) };
    if (fd_frames)
        check(setsockopt(s, SOL_CAN_RAW, CAN_RAW_FD_FRAMES, &on, sizeof on), "CAN_RAW_FD_FRAMES");
    check(setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size), "SO_RCVBUFFORCE");
    check(bind(s, (struct sockaddr *)&address, sizeof address), "bind");
    return s;
}

static void preload(const char *name, int count, int fd_frames)
{
    int s = open_socket(name, fd_frames);
    struct canfd_frame frame = { .len = fd_frames ? 64 : 8 };
    for (int i = 0; i < count; i++) {
        frame.can_id = i % 1000;
        memcpy(frame.data, &i, sizeof i);
        check(write(s, &frame, fd_frames ? CANFD_MTU : CAN_MTU), "write");
    }
    close(s);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: drain INTERFACE COUNT FD MODE\n");
        return 2;
    }
    const char *name = argv[1], *mode = argv[4];
    int count = atoi(argv[2]), fd_frames = atoi(argv[3]), on = 1, stamps = !strcmp(mode, "mmsg-ts");
    int s = open_socket(name, fd_frames);
    if (stamps) {
        check(setsockopt(s, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on), "SO_TIMESTAMPNS");
        check(setsockopt(s, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on), "SO_RXQ_OVFL");
    }
    preload(name, count, fd_frames);

    static struct canfd_frame frames[BATCH];
    static struct iovec vectors[BATCH];
    static struct mmsghdr messages[BATCH];
    static char control[BATCH][128];
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){ &frames[i], sizeof frames[i] };
        messages[i].msg_hdr = (struct msghdr){ .msg_iov = &vectors[i], .msg_iovlen = 1, .msg_control = stamps ? control[i] : NULL };
    }

    struct timespec start, end;
    volatile uint64_t sum = 0;
    int done = 0;
    clock_gettime(CLOCK_MONOTONIC, &start);
    while (done < count) {
        if (!strcmp(mode, "read")) {
            struct pollfd ready = { s, POLLIN, 0 };
            check(poll(&ready, 1, -1), "poll");
            check(read(s, &frames[0], sizeof frames[0]), "read");
            sum += frames[0].data[0];
            done++;
            continue;
        }
        for (int i = 0; stamps && i < BATCH; i++)
            messages[i].msg_hdr.msg_controllen = sizeof control[i];
        int n = check(recvmmsg(s, messages, BATCH, MSG_DONTWAIT, NULL), "recvmmsg");
        for (int i = 0; i < n; i++) {
            sum += frames[i].data[0];
            if (!stamps)
                continue;
            for (struct cmsghdr *c = CMSG_FIRSTHDR(&messages[i].msg_hdr); c; c = CMSG_NXTHDR(&messages[i].msg_hdr, c)) {
                if (c->cmsg_type == SO_TIMESTAMPNS)
                    sum += ((struct timespec *)CMSG_DATA(c))->tv_nsec;
                else if (c->cmsg_type == SO_RXQ_OVFL)
                    sum += *(uint32_t *)CMSG_DATA(c);
            }
        }
        done += n;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%lld\n", (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec);
    return 0;
}
