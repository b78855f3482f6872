#pragma once
#include <errno.h>
#include <sys/eventfd.h>
#include <zmq.h>

/// Refuses connections when no ZAP handler answers. Debian's header hides the name; the library accepts the number.
enum { POSWEEP_ZMQ_ZAP_ENFORCE_DOMAIN = 93 };
