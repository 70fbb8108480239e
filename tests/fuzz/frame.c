/* frame.c - a frame of a part, whole and at once: anything is told apart, and
 * nothing is written behind the room. */
#include "config.h"

#include "fuzz.h"
#include "walarch.h"

#define ROOM (70u << 10)

static wa_unpacker *unpacker;

/* How many bytes, or what is wrong with it. */
static int64_t
unpack(uint8_t *to, size_t room, const uint8_t *frame, size_t size)
{
	uint8_t *exact = copy_of(frame, size);
	wa_error err = WA_ERROR_INIT;
	size_t n = 0;
	int rc;

	memset(to, 0xA5, room + 1);
	rc = wa_unpacker_unpack(&n, unpacker, to, room, exact, size, &err);
	must(to[room] == 0xA5);
	free(exact);
	if (rc == 0) {
		must(n <= room);
		return (int64_t)n;
	}
	must(rc == WA_ECORRUPT || rc == WA_ENOMEM);
	must(err.code == rc && err.text[0] != '\0');
	return rc;
}

/* The same as it was, and too much for less room. */
static void
round_trip(const char *type, const uint8_t *data, size_t size, uint8_t *to)
{
	wa_config *cfg = NULL;
	wa_packer *packer = NULL;
	size_t room, n = 0;
	uint8_t *frame;

	must(wa_config_new(&cfg, NULL) == 0);
	must(wa_config_set(cfg, "compress-type", type, NULL) == 0);
	must(wa_packer_new(&packer, cfg, NULL) == 0);
	room = wa_packer_bound(packer, size);
	frame = malloc(room);
	must(frame != NULL);
	must(wa_packer_pack(&n, packer, frame, room, data, size, NULL) == 0);
	must(unpack(to, size, frame, n) == (int64_t)size);
	must(memcmp(to, data, size) == 0);
	if (size > 0)
		must(unpack(to, size - 1, frame, n) == WA_ECORRUPT);
	free(frame);
	wa_packer_free(packer);
	wa_config_free(cfg);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "zstd", "lz4", "none" };
	struct input in = { data, size };
	unsigned what = (unsigned)take_number(&in, 1);
	size_t room = (size_t)take_number(&in, 2);
	uint8_t *to = malloc(ROOM);

	must(to != NULL);
	if (unpacker == NULL)
		must(wa_unpacker_new(&unpacker, NULL) == 0);
	if (what < 128)
		(void)unpack(to, room, in.p, in.left);
	else
		round_trip(types[what % 3], in.p,
		    in.left < ROOM - 1 ? in.left : ROOM - 1, to);
	free(to);
	return 0;
}
