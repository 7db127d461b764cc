import { useEffect, useState } from 'react';

/** Milliseconds after the last key before what was typed is used. */
const typingMilliseconds = 350;

/** A text that somebody types, once they pause: for requests and pictures that each key would ask for again. */
export function useSettled(typed: string): string {
  const [settled, setSettled] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), typingMilliseconds);
    return () => clearTimeout(timer);
  }, [typed]);
  return settled;
}
