// Extracts the signals of EngineData (vehicle.dbc) from frames, as generated types do: what C costs.
#include <stdint.h>
#include <string.h>

struct can_frame
{
    uint32_t id;
    uint8_t len, pad, res0, len8_dlc;
    uint8_t data[8];
};

struct sums
{
    double speed, torque;
    int64_t temperature, gear, running, counter;
};

void extract(const struct can_frame *frames, int count, struct sums *sums)
{
    struct sums sum = {0};
    for (int i = 0; i < count; i++) {
        const struct can_frame *frame = &frames[i];
        if (frame->id != 0x123 || frame->len < 8)
            continue;
        uint64_t word;
        memcpy(&word, frame->data, sizeof word);
        sum.speed += (int)(word & 0xFFFF) * 0.25;
        sum.temperature += (int)(word >> 16 & 0xFF) - 40;
        sum.gear += word >> 24 & 7;
        sum.running += word >> 27 & 1;
        sum.torque += (int)((int64_t)(__builtin_bswap64(word) << 32) >> 52) * 0.5;
        sum.counter += word >> 56;
    }
    *sums = sum;
}
