/* process.h - what a program finds when it starts, and how it is stopped. */
#ifndef PROCESS_H
#define PROCESS_H

#include <walarch.h>

/*
 * Standard input, output and error are open from here on.  Where one was
 * closed a file of ours would take its number, and messages be written to it.
 * To use one is the error it would have been: results must not vanish.
 */
void process_fill_descriptors(void);

/*
 * Let SIGINT, SIGTERM, SIGQUIT and SIGHUP end the library's long calls
 * instead of the process, so that nothing is left behind.  What PostgreSQL
 * made us ignore or block is undone.
 */
void process_catch_signals(wa_config *config);

/* The signal that came, or 0. */
int process_signal(void);

#endif
