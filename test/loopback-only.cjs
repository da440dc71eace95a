"use strict";
// What tests start talks on loopback alone. Where the machine names certificates of its own authorities, Node reads them
// and all that it brings at each start, be anything asked over TLS or not: two thirds of a bare start, some thousand times.
delete process.env.NODE_EXTRA_CA_CERTS;
