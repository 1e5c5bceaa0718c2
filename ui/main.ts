/** The page's program. */
import './app/chat-app.ts';
