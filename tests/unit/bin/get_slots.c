/* get_slots.c - what is known of each segment of the window. */
#include "config.h"

#include "get_slots.h"

#include <criterion/criterion.h>

#define MOST 4

static struct get_slots slots;

static void
open_slots(void)
{
	cr_assert_eq(get_slots_open(&slots, MOST), 0);
}

static void
close_slots(void)
{
	get_slots_close(&slots);
}

TestSuite(get_slots, .init = open_slots, .fini = close_slots);

Test(get_slots, at_first_there_is_no_window)
{
	cr_expect_not(get_slots_has(&slots, 0, 0));
	cr_expect_not(get_slots_has(&slots, 1, 0));
	get_slots_set(&slots, 0, GET_SLOT_THERE);
	cr_expect_eq(get_slots_get(&slots, 0), GET_SLOT_EMPTY);
	cr_expect_eq(get_slots_count(&slots, GET_SLOT_THERE), 0);
}

Test(get_slots, the_window_is_as_long_as_it_may_be)
{
	get_slots_move(&slots, 1, 10);
	cr_expect_not(get_slots_has(&slots, 1, 9));
	cr_expect(get_slots_has(&slots, 1, 10));
	cr_expect(get_slots_has(&slots, 1, 13));
	cr_expect_not(get_slots_has(&slots, 1, 14));
	cr_expect_not(get_slots_has(&slots, 2, 10));
	cr_expect_not(get_slots_has(&slots, 1, UINT64_MAX));
}

Test(get_slots, what_stays_inside_is_remembered)
{
	get_slots_move(&slots, 1, 10);
	get_slots_set(&slots, 10, GET_SLOT_THERE);
	get_slots_set(&slots, 12, GET_SLOT_ASKED);
	get_slots_set(&slots, 14, GET_SLOT_THERE);
	get_slots_move(&slots, 1, 11);
	cr_expect_eq(get_slots_get(&slots, 12), GET_SLOT_ASKED);
	cr_expect_eq(get_slots_get(&slots, 14), GET_SLOT_EMPTY);
	cr_expect_eq(get_slots_count(&slots, GET_SLOT_THERE), 0);
	cr_expect_eq(get_slots_count(&slots, GET_SLOT_ASKED), 1);
	cr_expect_eq(get_slots_count(&slots, GET_SLOT_EMPTY), 3);
}

Test(get_slots, what_was_left_is_forgotten_for_good)
{
	get_slots_move(&slots, 1, 10);
	get_slots_set(&slots, 10, GET_SLOT_THERE);
	get_slots_move(&slots, 1, 11);
	get_slots_move(&slots, 1, 10);
	cr_expect_eq(get_slots_get(&slots, 10), GET_SLOT_EMPTY);
	get_slots_set(&slots, 10, GET_SLOT_THERE);
	get_slots_move(&slots, 1, 8);
	cr_expect_eq(get_slots_get(&slots, 10), GET_SLOT_THERE);
	get_slots_move(&slots, 1, 6);
	get_slots_move(&slots, 1, 10);
	cr_expect_eq(get_slots_get(&slots, 10), GET_SLOT_EMPTY);
}

Test(get_slots, another_timeline_is_another_window)
{
	get_slots_move(&slots, 1, 10);
	get_slots_set(&slots, 11, GET_SLOT_THERE);
	get_slots_move(&slots, 2, 10);
	cr_expect_eq(get_slots_get(&slots, 11), GET_SLOT_EMPTY);
	get_slots_move(&slots, 1, 10);
	cr_expect_eq(get_slots_get(&slots, 11), GET_SLOT_EMPTY);
}
