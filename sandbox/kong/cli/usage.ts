export const USAGE = `Usage: kong COMMAND [OPTIONS]

The available commands are:
 check
 drain
 health
 migrations
 quit
 reload
 start
 stop
 version

Options:
 --v              verbose
 --vv             debug

`;
