import type { Route } from '../route.ts';
import { enteringRoutes } from './entering.ts';
import { roomRoutes } from './rooms.ts';
import { userRoutes } from './users.ts';

/** Every route of the REST API. */
export const routes: readonly Route[] = [...enteringRoutes, ...userRoutes, ...roomRoutes];
