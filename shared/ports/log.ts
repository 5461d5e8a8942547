/** Where happenings are told. Text may be hostile: an adapter makes it inert and masks secrets. */
export interface LogPort {
  debug(message: string): void;
  info(message: string): void;
  notice(message: string): void;
  warning(message: string): void;
  error(message: string): void;
}
