import { config } from 'zod';

// zod compiles its checks with `new Function`, which our CSP forbids; it would try, and every page would report a violation.
config({ jitless: true });
