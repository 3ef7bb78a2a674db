/* replay.c - runs a fuzz target without libFuzzer: replay [-t SECONDS] FILE-OR-FOLDER...
 *
 * Blind, but the same targets run everywhere, and a found input can be run under any debugger. */
#include "config.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

#define REPLAY_MAX 65536u
#define REPLAY_FILES 4096u

size_t __attribute__((weak)) LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

static struct { uint8_t *data; size_t size; } replay_file[REPLAY_FILES];
static size_t replay_files;
static uint64_t replay_state = 88172645463325252u;

static uint64_t replay_random(void)
{
	replay_state ^= replay_state << 13;
	replay_state ^= replay_state >> 7;
	replay_state ^= replay_state << 17;
	return replay_state;
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
{
	for (unsigned i = (unsigned)(replay_random() % 4) + 1; i > 0; i--) {
		size_t at = size == 0 ? 0 : replay_random() % size;

		switch (replay_random() % 4) {
		case 0:
			if (size > 0)
				data[at] = (uint8_t)replay_random();
			break;
		case 1:
			if (size > 0)
				data[at] ^= (uint8_t)(1u << replay_random() % 8);
			break;
		case 2:
			if (size < max) {
				memmove(data + at + 1, data + at, size - at);
				data[at] = (uint8_t)replay_random();
				size++;
			}
			break;
		default:
			if (size > 0) {
				memmove(data + at, data + at + 1, size - at - 1);
				size--;
			}
		}
	}
	return size;
}

static void replay_load(const char *path)
{
	struct dirent *entry;
	struct stat st;
	char name[4096];
	FILE *in;
	DIR *dir;

	if (stat(path, &st) != 0)
		return;
	if (S_ISDIR(st.st_mode)) {
		if ((dir = opendir(path)) == NULL)
			return;
		while ((entry = readdir(dir)) != NULL)
			if (entry->d_name[0] != '.' && snprintf(name, sizeof name, "%s/%s", path, entry->d_name) < (int)sizeof name)
				replay_load(name);
		closedir(dir);
		return;
	}
	if (replay_files == REPLAY_FILES || (in = fopen(path, "rb")) == NULL)
		return;
	replay_file[replay_files].data = malloc(REPLAY_MAX);
	if (replay_file[replay_files].data == NULL)
		abort();
	replay_file[replay_files].size = fread(replay_file[replay_files].data, 1, REPLAY_MAX, in);
	fclose(in);
	replay_files++;
}

int main(int argc, char **argv)
{
	static uint8_t data[REPLAY_MAX];
	unsigned long runs = 0;
	time_t until = time(NULL);
	int option;

	while ((option = getopt(argc, argv, "t:")) != -1) {
		if (option != 't')
			return 2;
		until += atoi(optarg);
	}
	for (; optind < argc; optind++)
		replay_load(argv[optind]);
	for (size_t i = 0; i < replay_files; i++, runs++)
		LLVMFuzzerTestOneInput(replay_file[i].data, replay_file[i].size);
	while (time(NULL) < until) {
		for (int i = 0; i < 500; i++, runs++) {
			size_t from = replay_files == 0 ? 0 : replay_random() % replay_files;
			size_t size = replay_files == 0 ? 0 : replay_file[from].size;

			if (size > 0)
				memcpy(data, replay_file[from].data, size);
			if (LLVMFuzzerCustomMutator != NULL)
				size = LLVMFuzzerCustomMutator(data, size, sizeof data, (unsigned)replay_random());
			else
				size = LLVMFuzzerMutate(data, size, sizeof data);
			LLVMFuzzerTestOneInput(data, size);
		}
	}
	fprintf(stderr, "%lu runs\n", runs);
	return 0;
}
