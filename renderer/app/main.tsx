import './no-eval.ts';
import '../ui/theme.css';
import './i18n.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { keepPageToken } from '../link/token.ts';
import { App } from './app.tsx';

keepPageToken();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
