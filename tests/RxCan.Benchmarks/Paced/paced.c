// The sender and the baselines of the paced benchmark: frames that come one by one, as on a real bus.
// usage: paced INTERFACE[,INTERFACE...] COUNT send RATE: sends COUNT frames on each, RATE a second, at the times of an absolute clock
//        paced INTERFACE[,INTERFACE...] FIRST COUNT recvmsg: a blocking recvmsg with the kernel's time stamp, a thread an interface
//        paced INTERFACE FIRST COUNT epoll:   epoll_wait, and a recvmmsg of 64 with time stamp and drop count
//        paced INTERFACE FIRST COUNT candump: candump to /dev/null
// A reader prints "ready", and after FIRST frames, which do not count, and COUNT more on each interface: the CPU time a frame of the whole process,
// the median and the 99th percentile of the time from the kernel's stamp to here, all in microseconds, and the voluntary context switches a frame.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/can.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
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

struct reader {
    pthread_t thread;
    int socket, first, count, blocks;
    double *latencies;
};

static atomic_int begun;
static int64_t start_cpu;
static long start_switches;

static long switches(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_nvcsw;
}

static void *read_all(void *argument)
{
    struct reader *reader = argument;
    int epoll = check(epoll_create1(0), "epoll_create1"), max = reader->blocks ? 1 : BATCH;
    struct epoll_event event = { .events = EPOLLIN };
    struct canfd_frame *frames = calloc(BATCH, sizeof *frames);
    struct iovec *vectors = calloc(BATCH, sizeof *vectors);
    struct mmsghdr *messages = calloc(BATCH, sizeof *messages);
    char (*control)[128] = calloc(BATCH, sizeof *control);
    volatile uint64_t sum = 0;
    check(epoll_ctl(epoll, EPOLL_CTL_ADD, reader->socket, &event), "epoll_ctl");
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){ &frames[i], sizeof frames[i] };
        messages[i].msg_hdr = (struct msghdr){ .msg_iov = &vectors[i], .msg_iovlen = 1, .msg_control = control[i] };
    }
    for (int number = -reader->first; number < reader->count;) {
        int n = 1;
        for (int i = 0; i < max; i++)
            messages[i].msg_hdr.msg_controllen = sizeof control[i];
        if (reader->blocks) {
            check(recvmsg(reader->socket, &messages[0].msg_hdr, 0), "recvmsg");
        } else {
            check(epoll_wait(epoll, &event, 1, -1), "epoll_wait");
            n = check(recvmmsg(reader->socket, messages, BATCH, MSG_DONTWAIT, NULL), "recvmmsg");
        }
        for (int i = 0; i < n && number < reader->count; i++, number++) {
            struct timespec now, stamp = { 0 };
            for (struct cmsghdr *c = CMSG_FIRSTHDR(&messages[i].msg_hdr); c; c = CMSG_NXTHDR(&messages[i].msg_hdr, c)) {
                if (c->cmsg_type == SO_TIMESTAMPNS)
                    memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
                else if (c->cmsg_type == SO_RXQ_OVFL)
                    sum += *(uint32_t *)CMSG_DATA(c);
            }
            sum += frames[i].data[0];
            clock_gettime(CLOCK_REALTIME, &now);
            if (number == 0 && atomic_fetch_add(&begun, 1) == 0) {
                start_cpu = cpu_us();
                start_switches = switches();
            }
            if (number >= 0)
                reader->latencies[number] = (now.tv_sec - stamp.tv_sec) * 1e6 + (now.tv_nsec - stamp.tv_nsec) / 1e3;
        }
    }
    return NULL;
}

/* Whether a socket receives all frames of an interface. */
static int is_heard(const char *name)
{
    char line[256];
    int found = 0;
    FILE *list = fopen("/proc/net/can/rcvlist_all", "r");
    while (list && fgets(line, sizeof line, list)) {
        char device[32];
        found |= sscanf(line, " %31s %*x", device) == 1 && !strcmp(device, name);
    }
    if (list)
        fclose(list);
    return found;
}

static int run_candump(const char *name, int count)
{
    char frames[16];
    struct rusage usage;
    snprintf(frames, sizeof frames, "%d", count);
    pid_t child = check(fork(), "fork");
    if (child == 0) {
        check(dup2(check(open("/dev/null", O_WRONLY), "/dev/null"), 1), "dup2");
        execlp("candump", "candump", "-n", frames, name, NULL);
        perror("candump");
        exit(1);
    }
    while (!is_heard(name))
        nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    printf("ready\n");
    fflush(stdout);
    check(wait4(child, NULL, 0, &usage), "wait4");
    printf("%.2f nan nan %.2f\n",
           ((usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / count, (double)usage.ru_nvcsw / count);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: paced INTERFACE[,INTERFACE...] COUNT send RATE | FIRST COUNT recvmsg | FIRST COUNT epoll | FIRST COUNT candump\n");
        return 2;
    }
    if (!strcmp(argv[3], "send")) {
        send_all(argv[1], atoi(argv[2]), atoi(argv[4]));
        return 0;
    }
    int first = atoi(argv[2]), count = atoi(argv[3]), number = 0;
    if (!strcmp(argv[4], "candump"))
        return run_candump(argv[1], first + count);
    struct reader readers[MAX_INTERFACES];
    double *latencies = calloc((size_t)count * MAX_INTERFACES, sizeof *latencies);
    for (char *name = strtok(argv[1], ","); name && number < MAX_INTERFACES; name = strtok(NULL, ","), number++)
        readers[number] = (struct reader){ 0, open_socket(name), first, count, !strcmp(argv[4], "recvmsg"), latencies + (size_t)count * number };
    printf("ready\n");
    fflush(stdout);
    for (int i = 0; i < number; i++)
        check(-pthread_create(&readers[i].thread, NULL, read_all, &readers[i]), "pthread_create");
    for (int i = 0; i < number; i++)
        pthread_join(readers[i].thread, NULL);
    double all = (double)count * number, cpu = (cpu_us() - start_cpu) / all, waits = (switches() - start_switches) / all;
    qsort(latencies, (size_t)count * number, sizeof *latencies, compare);
    printf("%.2f %.1f %.1f %.2f\n", cpu, latencies[(size_t)all / 2], latencies[(size_t)(all * 0.99)], waits);
    return 0;
}
