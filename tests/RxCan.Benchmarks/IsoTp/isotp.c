// The baseline of the ISO-TP benchmark: a sender and a receiver on CAN_ISOTP sockets that stay open. can-utils' isotpsend makes the same calls for
// one message per process.
// usage: isotp INTERFACE COUNT LENGTH: prints how long the messages took, in ns.
#include <linux/can.h>
#include <linux/can/isotp.h>
#include <net/if.h>
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

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: isotp INTERFACE COUNT LENGTH\n");
        return 2;
    }
    int count = atoi(argv[2]), length = atoi(argv[3]), status;
    unsigned char *message = calloc(1, length), *received = malloc(length + 1);
    int sender = open_socket(argv[1], 0x7E0, 0x7E8), receiver = open_socket(argv[1], 0x7E8, 0x7E0);
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
