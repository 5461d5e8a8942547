/** Receipts show these names as words, so they say what it was. */
export type RemovedKind =
  | 'invisible_character'
  | 'bidi_control'
  | 'html_comment'
  | 'hidden_element'
  | 'hidden_attribute'
  | 'processing_instruction'
  | 'declaration'
  | 'cdata'
  | 'picture_source'
  | 'image_text'
  | 'link_title'
  | 'link_label'
  | 'empty_link'
  | 'link_definition'
  | 'footnote'
  | 'hidden_math'
  | 'extra_cell'
  | 'fence_words'
  | 'diagram_comment'
  | 'boundary'
  | 'tangled_markup';

export interface Removed {
  readonly kind: RemovedKind;
  readonly count: number;
}

export type Count = (kind: RemovedKind, more: number) => void;
