/** Drawn for this app, 24 × 24, one stroke. */
const PATHS = {
  people: 'M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 10v-1a6 6 0 0 1 6-6h2a6 6 0 0 1 6 6v1M16 3.500a4 4 0 0 1 0 7M18 14.300a6 6 0 0 1 4 5.700v1',
  invite: 'M12 5v14M5 12h14',
  back: 'M15 5l-7 7 7 7',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  send: 'M4.500 12l15-7.500-4.500 15-3.500-6-7-1.500Zm7 1.500 3.500-3.500',
  close: 'M6 6l12 12M18 6L6 18',
  shield: 'M12 3l8 3v6c0 5-3.500 8-8 9-4.500-1-8-4-8-9V6l8-3Z',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M14 4.500v5M6 14.500v5',
  down: 'M12 5v14M6 13l6 6 6-6',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2l4 4',
  reply: 'M10 6l-6 6 6 6M4 12h9a7 7 0 0 1 7 7',
  attach: 'M20 11.500l-8 8a5 5 0 0 1-7-7l8.500-8.500a3.300 3.300 0 0 1 4.700 4.700l-8.500 8.500a1.700 1.700 0 0 1-2.400-2.400L15 7.500',
  timer: 'M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16Zm0-12v4l2.500 2M9.500 2h5',
  file: 'M6 3h8l4 4v14H6V3Zm8 0v5h4',
  camera: 'M4 8h3.500l1.500-3h6l1.500 3H20v11H4V8Zm8 9a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7Z',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-10v5M12 8h.01',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  lock: 'M6 11h12v9H6v-9Zm3 0V8a3 3 0 0 1 6 0v3',
  open: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3.500 9h17M3.500 15h17M12 3c5 5.500 5 12.500 0 18-5-5.500-5-12.500 0-18Z',
  sending: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16Zm0-12v4l2.500 2',
  sent: 'M5 12.500l4.500 4.500L19 7.500',
  heard: 'M2 12.500l4.500 4.500 8-9M11 15.500l1.500 1.500 9-9.500',
  flag: 'M5 21V4h13l-3 4.500 3 4.500H5',
  eye: 'M2 12c4-8 16-8 20 0-4 8-16 8-20 0Zm10 3.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7Z',
  warn: 'M12 4l9 16H3L12 4Zm0 6v5M12 17.500h.01',
  copy: 'M9 9h11v11H9V9ZM5 15H4V4h11v1',
  help: 'M12 20s-8-4.500-8-10.500A4.500 4.500 0 0 1 12 7a4.500 4.500 0 0 1 8 2.500C20 15.500 12 20 12 20Z'
}

export type IconName = keyof typeof PATHS

export function Icon ({ name, size = 22 }: { name: IconName, size?: number }): preact.JSX.Element {
  return (
    <svg class={`icon icon-${name}`} viewBox='0 0 24 24' width={size} height={size} fill='none' stroke='currentColor' stroke-width='1.8' stroke-linecap='round' stroke-linejoin='round' aria-hidden='true'>
      <path d={PATHS[name]} />
    </svg>
  )
}
