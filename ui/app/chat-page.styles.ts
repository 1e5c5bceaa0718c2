import { css } from 'lit';

export const pageStyles = css`
  :host {
    display: block;
    block-size: 100%;
  }
  .page {
    display: grid;
    grid-template: var(--bar) minmax(0, 1fr) / auto minmax(0, 1fr) auto;
    grid-template-areas: 'bar bar bar' 'rooms main people';
    block-size: 100%;
  }
  header {
    grid-area: bar;
    display: flex;
    align-items: center;
    gap: var(--space-2);
    padding-inline: var(--space-4) var(--space-3);
    border-block-end: 1px solid var(--line);
    background: var(--surface);
    min-inline-size: 0;
  }
  room-menu {
    flex: 1;
  }
  .where {
    flex: 1;
    min-inline-size: 0;
    display: flex;
    align-items: center;
    gap: var(--space-3);
  }
  /* Pictures that point somewhere point the other way where lines run from right to left. */
  header > [popovertarget='rooms']:dir(rtl) svg {
    transform: scaleX(-1);
  }
  .count {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-1);
    inline-size: auto;
    padding-inline: var(--space-2);
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
  }
  .rooms,
  .people {
    inline-size: 15rem;
    padding: var(--space-4) var(--space-3);
    overflow-y: auto;
  }
  .rooms {
    grid-area: rooms;
    border-inline-end: 1px solid var(--line);
  }
  .people {
    grid-area: people;
    border-inline-start: 1px solid var(--line);
  }
  .searching {
    grid-area: people;
    display: grid;
    inline-size: 22rem;
    min-block-size: 0;
    border-inline-start: 1px solid var(--line);
  }
  @media (max-width: 59.99rem) {
    .searching {
      grid-area: 2 / 1 / 3 / 4;
      inline-size: auto;
      border: 0;
      z-index: 3;
    }
  }
  main {
    grid-area: main;
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    min-inline-size: 0;
  }
  .missing {
    margin: auto;
    display: grid;
    gap: var(--space-4);
    justify-items: center;
    padding: var(--space-5);
    text-align: center;
  }
  .ended {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: var(--space-2) var(--space-3);
    padding: var(--space-2) var(--space-4);
    font-size: var(--text-small);
    background: var(--danger-soft);
    color: var(--danger);
  }
  @media (max-width: 30rem) {
    header {
      gap: var(--space-1);
      padding-inline: var(--space-3) var(--space-2);
    }
    .where {
      flex-direction: column;
      align-items: stretch;
      gap: 0;
    }
    room-menu {
      flex: none;
    }
    header > .search {
      display: none;
    }
  }
`;
