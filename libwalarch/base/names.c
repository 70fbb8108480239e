/* names.c - a growing list of names. */
#include "config.h"

#include "base/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/sys.h"

struct item {
	size_t name; /* where it begins in the text, which may move */
	uint64_t number;
};

struct wa_names {
	struct item *items;
	size_t count, room;
	char *text;
	size_t used, size;
};

int
wa_names_new(wa_names **out, wa_error *err)
{
	wa_names *names = wa_sys_malloc(sizeof(*names));

	if (names == NULL)
		return wa_error_memory(err);
	memset(names, 0, sizeof(*names));
	*out = names;
	return 0;
}

void
wa_names_free(wa_names *names)
{
	if (names == NULL)
		return;
	wa_sys_free(names->items);
	wa_sys_free(names->text);
	wa_sys_free(names);
}

void
wa_names_clear(wa_names *names)
{
	names->count = 0;
	names->used = 0;
}

static int
grow(wa_names *names, size_t length)
{
	if (names->count == names->room) {
		size_t room = names->room == 0 ? 64 : names->room * 2;
		void *items =
		    wa_sys_realloc(names->items, room * sizeof(*names->items));

		if (items == NULL)
			return -1;
		names->items = items;
		names->room = room;
	}
	while (names->used + length > names->size) {
		size_t size = names->size == 0 ? 4096 : names->size * 2;
		char *text = wa_sys_realloc(names->text, size);

		if (text == NULL)
			return -1;
		names->text = text;
		names->size = size;
	}
	return 0;
}

int
wa_names_add(wa_names *names, const char *name, uint64_t number, wa_error *err)
{
	size_t length = strlen(name) + 1;

	if (grow(names, length) < 0)
		return wa_error_memory(err);
	memcpy(names->text + names->used, name, length);
	names->items[names->count].name = names->used;
	names->items[names->count].number = number;
	names->count++;
	names->used += length;
	return 0;
}

static int
compare(const void *a, const void *b, void *text)
{
	return strcmp((char *)text + ((const struct item *)a)->name,
	    (char *)text + ((const struct item *)b)->name);
}

void
wa_names_sort(wa_names *names)
{
	if (names->count > 1)
		qsort_r(names->items, names->count, sizeof(*names->items),
		    compare, names->text);
}

size_t
wa_names_count(const wa_names *names)
{
	return names->count;
}

const char *
wa_names_at(const wa_names *names, size_t i)
{
	return names->text + names->items[i].name;
}

uint64_t
wa_names_number(const wa_names *names, size_t i)
{
	return names->items[i].number;
}

char **
wa_names_array(const wa_names *names)
{
	size_t size = 0, i;
	char **array, *text;

	for (i = 0; i < names->count; i++)
		size += sizeof(char *) + strlen(wa_names_at(names, i)) + 1;
	array = wa_sys_malloc(size + sizeof(char *));
	if (array == NULL)
		return NULL;
	text = (char *)(array + names->count);
	for (i = 0; i < names->count; i++) {
		array[i] = strcpy(text, wa_names_at(names, i));
		text += strlen(text) + 1;
	}
	return array;
}
