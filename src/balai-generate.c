/* balai-generate.c - writes the files of a synthetic regency: RUMAH.csv, ART.csv and the four files of its areas. */
#include "config.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "buf.h"
#include "generate.h"
#include "random.h"
#include "text.h"

#define FLUSH (256u << 10)

static int fail(const char *what)
{
	fprintf(stderr, "balai-generate: %s: %s\n", what, strerror(errno));
	return -1;
}

static int write_out(int fd, struct buf *b)
{
	size_t at = 0;

	if (buf_end(b) != 0) {
		errno = ENOMEM;
		return -1;
	}
	while (at < b->len) {
		ssize_t n = write(fd, b->data + at, b->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		at += (size_t)n;
	}
	buf_reset(b);
	return 0;
}

static int create(int dir, const char *name)
{
	return openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
}

static int write_areas(int dir)
{
	static const char *const name[] = { "provinces.csv", "regencies.csv", "districts.csv", "villages.csv" };
	struct buf b;

	buf_init(&b, 0);
	for (int i = 0; i < 4; i++) {
		int fd = create(dir, name[i]);

		gen_areas(i, &b);
		if (fd < 0 || write_out(fd, &b) != 0 || close(fd) != 0)
			return fail(name[i]);
	}
	buf_clear(&b);
	return 0;
}

static int write_people(int dir, uint64_t households, uint32_t dirty)
{
	int rumah = create(dir, "RUMAH.csv"), art = create(dir, "ART.csv"), r = 0;
	struct gen_household h;
	struct buf a, b;

	if (rumah < 0 || art < 0)
		return fail("RUMAH.csv, ART.csv");
	buf_init(&a, 0);
	buf_init(&b, 0);
	gen_head_household(&a);
	gen_head_member(&b);
	for (uint64_t i = 1; i <= households && r == 0; i++) {
		gen_household(&h, i);
		gen_rows(&h, random_below(100) < dirty ? 1 + random_below(DIRT_COUNT - 1) : DIRT_NONE, &a, &b);
		if (b.len > FLUSH || i == households)
			r = write_out(rumah, &a) != 0 || write_out(art, &b) != 0 ? fail("write") : 0;
	}
	buf_clear(&a);
	buf_clear(&b);
	if ((close(rumah) != 0 || close(art) != 0) && r == 0)
		r = fail("close");
	return r;
}

static int usage(void)
{
	fprintf(stderr, "usage: balai-generate [--seed N] [--households N] [--dirty PERCENT] --dir DIR\n");
	return 2;
}

int main(int argc, char **argv)
{
	static const struct option option[] = {
		{ "seed", required_argument, NULL, 's' }, { "households", required_argument, NULL, 'n' },
		{ "dirty", required_argument, NULL, 'd' }, { "dir", required_argument, NULL, 'o' }, { NULL, 0, NULL, 0 },
	};
	int64_t seed = 1, households = 1200, dirty = 4;
	const char *dir = NULL;
	int c, fd, r;

	while ((c = getopt_long(argc, argv, "", option, NULL)) != -1)
		switch (c) {
		case 's': if (text_to_int(optarg, 0, INT64_MAX, &seed) != 0) return usage(); break;
		case 'n': if (text_to_int(optarg, 1, 1000000, &households) != 0) return usage(); break;
		case 'd': if (text_to_int(optarg, 0, 100, &dirty) != 0) return usage(); break;
		case 'o': dir = optarg; break;
		default: return usage();
		}
	if (dir == NULL || optind != argc)
		return usage();
	if ((mkdir(dir, 0755) != 0 && errno != EEXIST) || (fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 ||
	    gen_start((uint64_t)seed) != 0) {
		fail(dir);
		return 1;
	}
	r = write_areas(fd);
	if (r == 0)
		r = write_people(fd, (uint64_t)households, (uint32_t)dirty);
	gen_end();
	close(fd);
	return r == 0 ? 0 : 1;
}
