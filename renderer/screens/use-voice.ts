import { useEffect, useRef, useState } from 'react';
import type { Board } from '../../domain/board.ts';
import { useHello } from '../link/hooks.ts';
import { startVoicePlayer, type VoicePlayer, type VoiceState } from './voice-player.ts';

/** Speaks the calls of the board while the page lives, by the hall's policy. */
export function useVoice(board: Board): VoiceState & { readonly unlock: () => void } {
  const policy = useHello()?.policy;
  const player = useRef<VoicePlayer | null>(null);
  const [state, setState] = useState<VoiceState>({ caption: null, needsGesture: false });
  useEffect(() => {
    const started = startVoicePlayer(setState);
    player.current = started;
    return () => started.close();
  }, []);
  const oneAsYao = policy?.voiceOneAsYao ?? false;
  const repeat = policy?.voiceRepeat ?? 1;
  useEffect(() => {
    player.current?.update(board, { oneAsYao, repeat });
  }, [board, oneAsYao, repeat]);
  return { ...state, unlock: () => player.current?.unlock() };
}
