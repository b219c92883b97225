// The baseline of the ISO-TP benchmark: a sender and a receiver on CAN_ISOTP sockets that stay open. can-utils' isotpsend makes the same calls for
// one message per process.
// usage: isotp INTERFACE COUNT LENGTH: prints how long the messages took, in ns.
//        isotp INTERFACE COUNT LENGTH request: requests of three bytes, each answered with LENGTH bytes by a thread on the other socket; prints the
//        median of a request with its response, in ns.
#include <linux/can.h>
#include <linux/can/isotp.h>
#include <net/if.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int check(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

static int open_socket(const char *name, canid_t tx, canid_t rx)
{
    int s = check(socket(PF_CAN, SOCK_DGRAM, CAN_ISOTP), "socket");
    struct can_isotp_options options = { .flags = CAN_ISOTP_WAIT_TX_DONE, .frame_txtime = CAN_ISOTP_FRAME_TXTIME_ZERO };
    struct can_isotp_fc_options flow = { 0 };
    struct sockaddr_can address = { .can_family = AF_CAN, .can_ifindex = if_nametoindex(name) };
    address.can_addr.tp.tx_id = tx;
    address.can_addr.tp.rx_id = rx;
    check(setsockopt(s, SOL_CAN_ISOTP, CAN_ISOTP_OPTS, &options, sizeof options), "CAN_ISOTP_OPTS");
    check(setsockopt(s, SOL_CAN_ISOTP, CAN_ISOTP_RECV_FC, &flow, sizeof flow), "CAN_ISOTP_RECV_FC");
    check(bind(s, (struct sockaddr *)&address, sizeof address), "bind");
    return s;
}

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int requests, response_length;

static void *answer(void *socket)
{
    unsigned char request[16], *response = calloc(1, response_length);
    for (int i = 0; i < requests; i++) {
        check(read(*(int *)socket, request, sizeof request), "read");
        check(write(*(int *)socket, response, response_length), "write");
    }
    return NULL;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int request_all(int client, int server, int count, int length)
{
    pthread_t thread;
    int64_t *times = calloc(count, sizeof *times);
    unsigned char request[3] = { 0x22, 0xF1, 0x90 }, *response = malloc(length + 1);
    requests = count;
    response_length = length;
    check(-pthread_create(&thread, NULL, answer, &server), "pthread_create");
    for (int i = 0; i < count; i++) {
        int64_t begun = now();
        check(write(client, request, sizeof request), "write");
        if (read(client, response, length + 1) != length)
            return 1;
        times[i] = now() - begun;
    }
    pthread_join(thread, NULL);
    qsort(times, count, sizeof *times, compare);
    printf("%lld\n", (long long)times[count / 2]);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: isotp INTERFACE COUNT LENGTH [request]\n");
        return 2;
    }
    int count = atoi(argv[2]), length = atoi(argv[3]), status;
    unsigned char *message = calloc(1, length), *received = malloc(length + 1);
    int sender = open_socket(argv[1], 0x7E0, 0x7E8), receiver = open_socket(argv[1], 0x7E8, 0x7E0);
    if (argc > 4)
        return request_all(sender, receiver, count, length);
    int64_t begun = now();
    if (check(fork(), "fork") == 0) {
        for (int i = 0; i < count; i++)
            if (read(receiver, received, length + 1) != length)
                return 1;
        printf("%lld\n", (long long)(now() - begun));
        return 0;
    }
    for (int i = 0; i < count; i++)
        check(write(sender, message, length), "write");
    wait(&status);
    return WEXITSTATUS(status);
}
