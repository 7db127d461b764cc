/** Part of the edge function: query-canonicaliser.ts lists the language features that it may use. */

/** The marks that the letters below are made with. The character `#` + n stands for the mark at n. */
const marks =
  '\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u031b\u0323\u0324\u0325\u0326\u0327\u0328\u032d\u032e\u0330\u0331';

/**
 * Capital letters of Latin (Vietnamese included), Greek and Cyrillic scripts that a base and one mark make: the code of the
 * first one, the step to the next, then base and mark of each, two spaces for a letter that has none. The bundle writes
 * what is not ASCII with six bytes, so small letters are derived. A test compares them with Unicode's data.
 */
const letters: readonly (readonly [first: number, step: number, pairs: string])[] = [
  [0xc0, 1, 'A#A$A%A&A*A,  C4E#E$E%E*I#I$I%I*  N&O#O$O%O&O*    U#U$U%U*Y$'],
  [0x100, 2, "A'A(A5C$C%C)C.D.  E'E(E)E5E.G%G(G)G4H%  I&I'I(I5I)  J%K4"],
  [0x139, 2, 'L$L4L.    N$N4N.'],
  [0x14c, 2, "O'O(O-  R$R4R.S$S%S4S.T4T.  U&U'U(U,U-U5W%Y%Y*"],
  [0x179, 2, 'Z$Z)Z.'],
  [0x1a0, 2, 'O/'],
  [0x1af, 2, 'U/'],
  [0x228, 2, 'E4'],
  [0x386, 1, 'Α$  Ε$Η$Ι$  Ο$  Υ$Ω$'],
  [0x3aa, 1, 'Ι*Υ*'],
  [0x400, 1, 'Е#Е*  Г$'],
  [0x407, 1, 'І*'],
  [0x40c, 1, 'К$И#У('],
  [0x419, 1, 'И('],
  [
    0x1e00,
    2,
    "A2B)B0B9Ç$D)D0D9D4D6Ē#Ē$E6E8Ȩ(F)G'H)H0H*H4H7I8Ï$K$K0K9L0Ḷ'L9L6M$M)M0N)N0N9N6Õ$Õ*Ō#Ō$P$P)R)R0Ṛ'R9S)S0Ś)Š)Ṣ)T)T0T9T6U1U8U6Ũ$Ū*V&V0W#W$W*W)W0X)X*Y)Z%Z0Z9",
  ],
  [0x1ea0, 2, 'A0A+Â$Â#Â+Â&Ạ%Ă$Ă#Ă+Ă&Ạ(E0E+E&Ê$Ê#Ê+Ê&Ẹ%I+I0O0O+Ô$Ô#Ô+Ô&Ọ%Ơ$Ơ#Ơ+Ơ&Ơ0U0U+Ư$Ư#Ư+Ư&Ư0Y#Y0Y+Y&'],
];

/** Kana that take a voiced mark, and after them those that also take a half-voiced one. Katakana are 0x60 further on. */
const voiced = 'かきくけこさしすせそたちつてとはひふへほ';

/**
 * A text in Unicode's composed form (NFC), for the letters above, kana and Hangul: what people type on a Mac, whose
 * addresses are decomposed. The edge's runtime has no `String.prototype.normalize`. Other texts stay as they are.
 */
export function composeText(text: string): string {
  let result = '';
  for (let index = 0; index < text.length; index++) {
    const last = result.charAt(result.length - 1);
    const composed = composePair(last, text.charAt(index));
    result = composed === '' ? result + text.charAt(index) : result.slice(0, -1) + composed;
  }
  return result;
}

/** @returns an empty text if the two make no letter */
function composePair(base: string, mark: string): string {
  const first = base.charCodeAt(0);
  const second = mark.charCodeAt(0);
  const markIndex = marks.indexOf(mark);
  if (base === '') return '';
  if (markIndex >= 0) {
    const capital = base.toUpperCase();
    const pair = capital + String.fromCharCode(0x23 + markIndex);
    for (let row = 0; row < letters.length; row++) {
      const entry = letters[row] as readonly [number, number, string];
      const found = entry[2].indexOf(pair);
      if (found < 0) continue;
      const letter = String.fromCharCode(entry[0] + (found / 2) * entry[1]);
      if (base === capital) return letter;
      return capital.toLowerCase() === base ? letter.toLowerCase() : '';
    }
    return '';
  }
  let code = 0;
  if (second === 0x3099 || second === 0x309a) {
    const kana = voiced.indexOf(first > 0x30a0 ? String.fromCharCode(first - 0x60) : base);
    if (second === 0x3099 && (first === 0x3046 || first === 0x30a6)) code = first + 0x4e;
    else if (kana >= (second === 0x3099 ? 0 : 15)) code = first + second - 0x3098;
  }
  // Unicode, chapter 3.12: Hangul syllables are computed.
  const vowel = second - 0x1161;
  const final = second - 0x11a7;
  const syllable = first - 0xac00;
  if (first >= 0x1100 && first < 0x1113 && vowel >= 0 && vowel < 21) {
    code = 0xac00 + ((first - 0x1100) * 21 + vowel) * 28;
  } else if (syllable >= 0 && syllable < 11_172 && syllable % 28 === 0 && final > 0 && final < 28) {
    code = first + final;
  }
  return code === 0 ? '' : String.fromCharCode(code);
}
