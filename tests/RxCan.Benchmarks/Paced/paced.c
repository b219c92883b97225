// The sender and the baselines of the paced benchmark: frames that come one by one, as on a real bus.
// usage: paced INTERFACE[,INTERFACE...] COUNT send RATE: sends COUNT frames on each, RATE a second, at the times of an absolute clock
//        paced INTERFACE COUNT recvmsg: a blocking recvmsg with the kernel's time stamp
//        paced INTERFACE COUNT epoll:   epoll_wait, and a recvmmsg of 64 with time stamp and drop count
// A reader prints "ready", and after COUNT frames the CPU time a frame of the whole process and the median and the 99th percentile of the time
// from the kernel's stamp to here, all in microseconds.
#define _GNU_SOURCE
#include <linux/can.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64
#define MAX_INTERFACES 16

static int check(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

static int open_socket(const char *name)
{
    int on = 1, s = check(socket(PF_CAN, SOCK_RAW, CAN_RAW), "socket");
    struct sockaddr_can address = { .can_family = AF_CAN, .can_ifindex = if_nametoindex(name) };
    check(setsockopt(s, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on), "SO_TIMESTAMPNS");
    check(setsockopt(s, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on), "SO_RXQ_OVFL");
    check(bind(s, (struct sockaddr *)&address, sizeof address), "bind");
    return s;
}

static void send_all(char *names, int count, int rate)
{
    int sockets[MAX_INTERFACES], number = 0;
    struct can_frame frame = { .can_id = 0x123, .can_dlc = 8 };
    struct timespec due;
    for (char *name = strtok(names, ","); name && number < MAX_INTERFACES; name = strtok(NULL, ","))
        sockets[number++] = open_socket(name);
    clock_gettime(CLOCK_MONOTONIC, &due);
    for (int i = 0; i < count; i++) {
        due.tv_nsec += 1000000000 / rate;
        if (due.tv_nsec >= 1000000000) {
            due.tv_nsec -= 1000000000;
            due.tv_sec++;
        }
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
        memcpy(frame.data, &i, sizeof i);
        for (int k = 0; k < number; k++)
            check(write(sockets[k], &frame, sizeof frame), "write");
    }
}

static int64_t cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: paced INTERFACE COUNT send RATE | recvmsg | epoll\n");
        return 2;
    }
    int count = atoi(argv[2]), done = 0;
    if (!strcmp(argv[3], "send")) {
        send_all(argv[1], count, atoi(argv[4]));
        return 0;
    }
    int s = open_socket(argv[1]), blocks = !strcmp(argv[3], "recvmsg"), e = check(epoll_create1(0), "epoll_create1");
    struct epoll_event event = { .events = EPOLLIN };
    double *latencies = calloc(count, sizeof *latencies);
    static struct canfd_frame frames[BATCH];
    static struct iovec vectors[BATCH];
    static struct mmsghdr messages[BATCH];
    static char control[BATCH][128];
    int64_t start = 0;
    volatile uint64_t sum = 0;
    check(epoll_ctl(e, EPOLL_CTL_ADD, s, &event), "epoll_ctl");
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){ &frames[i], sizeof frames[i] };
        messages[i].msg_hdr = (struct msghdr){ .msg_iov = &vectors[i], .msg_iovlen = 1, .msg_control = control[i] };
    }
    printf("ready\n");
    fflush(stdout);
    while (done < count) {
        int n = 1, max = blocks ? 1 : BATCH;
        for (int i = 0; i < max; i++)
            messages[i].msg_hdr.msg_controllen = sizeof control[i];
        if (blocks) {
            check(recvmsg(s, &messages[0].msg_hdr, 0), "recvmsg");
        } else {
            check(epoll_wait(e, &event, 1, -1), "epoll_wait");
            n = check(recvmmsg(s, messages, BATCH, MSG_DONTWAIT, NULL), "recvmmsg");
        }
        for (int i = 0; i < n && done < count; i++) {
            struct timespec now, stamp = { 0 };
            for (struct cmsghdr *c = CMSG_FIRSTHDR(&messages[i].msg_hdr); c; c = CMSG_NXTHDR(&messages[i].msg_hdr, c)) {
                if (c->cmsg_type == SO_TIMESTAMPNS)
                    memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
                else if (c->cmsg_type == SO_RXQ_OVFL)
                    sum += *(uint32_t *)CMSG_DATA(c);
            }
            sum += frames[i].data[0];
            clock_gettime(CLOCK_REALTIME, &now);
            if (start == 0)
                start = cpu_us();
            latencies[done++] = (now.tv_sec - stamp.tv_sec) * 1e6 + (now.tv_nsec - stamp.tv_nsec) / 1e3;
        }
    }
    double cpu = (double)(cpu_us() - start) / count;
    qsort(latencies, count, sizeof *latencies, compare);
    printf("%.2f %.1f %.1f\n", cpu, latencies[count / 2], latencies[count * 99 / 100]);
    return 0;
}
