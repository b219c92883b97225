// Extracts the signals of EngineData (vehicle.dbc) from frames, as generated types do: what C costs.
#include <stdint.h>
#include <string.h>

// As RxCan keeps frames: a time, and struct canfd_frame.
struct frame
{
    int64_t time;
    uint32_t id;
    uint8_t len, flags, res0, res1;
    uint8_t data[64];
};

struct engine
{
    double speed, torque;
    int32_t temperature, gear, running, counter;
};

static inline void extract_one(const uint8_t *data, struct engine *engine)
{
    uint64_t word;
    memcpy(&word, data, sizeof word);
    engine->speed = (int)(word & 0xFFFF) * 0.25;
    engine->temperature = (int)(word >> 16 & 0xFF) - 40;
    engine->gear = word >> 24 & 7;
    engine->running = word >> 27 & 1;
    engine->torque = (int)((int64_t)(__builtin_bswap64(word) << 32) >> 52) * 0.5;
    engine->counter = word >> 56;
}

void extract(const struct frame *frames, int count, struct engine *engines)
{
    for (int i = 0; i < count; i++) {
        if (frames[i].id == 0x123 && frames[i].len >= 8)
            extract_one(frames[i].data, &engines[i]);
    }
}

// Data without frames, length bytes each.
void extract_data(const uint8_t *data, int length, int count, struct engine *engines)
{
    if (length < 8)
        return;
    for (int i = 0; i < count; i++)
        extract_one(data + i * length, &engines[i]);
}
