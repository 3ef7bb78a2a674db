/* balaid_admit.c - who may start to log in. */
#include "config.h"
#include <arpa/inet.h>
#include <string.h>
#include "balaid.h"

uint64_t admit_source(const char *address)
{
	struct in_addr v4;
	struct in6_addr v6;
	uint64_t n = 0;

	if (inet_pton(AF_INET, address, &v4) == 1)
		return UINT64_C(4) << 56 | (ntohl(v4.s_addr) >> 8);
	if (inet_pton(AF_INET6, address, &v6) != 1)
		return 0;
	if (IN6_IS_ADDR_V4MAPPED(&v6)) {
		for (int i = 12; i < 15; i++)
			n = n << 8 | v6.s6_addr[i];
		return UINT64_C(4) << 56 | n;
	}
	for (int i = 0; i < 6; i++)
		n = n << 8 | v6.s6_addr[i];
	return UINT64_C(6) << 56 | n;
}

struct admit admit_pool(const struct conf *conf, bool registered, const int waiting[2])
{
	return (struct admit){ waiting[registered], registered ? conf->registered : conf->unauthenticated, conf->per_source, registered };
}

const char *admit_refuses(const struct admit *a, int same, int dice)
{
	int span = a->full - ADMIT_START;

	if (a->waiting >= a->full)
		return "too many log in";
	if (a->registered)
		return NULL;
	if (same >= a->per_source)
		return "too many from one network";
	/* Random early drop: a flood is thinned out before honest clerks find the door shut. */
	if (a->waiting >= ADMIT_START && span > 0 &&
	    dice < ADMIT_RATE + (100 - ADMIT_RATE) * (a->waiting - ADMIT_START) / span)
		return "turned away at random";
	return NULL;
}
