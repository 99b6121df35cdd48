// What people say at a feature, with photos and documents.

import { get, json, send, url } from '../server'
import type { Answer } from '../server'

export type Comment = Answer<'CommentsComment', { class: 'internal' | 'sensitive' }>
export type Attached = Answer<'CommentsFile'>
export type May = Answer<'CommentsMay'>

export interface At {
  layer: string
  id: number
}

const root = ({ layer, id }: At) => `api/features/${layer}/${id}/comments`

export const listComments = (at: At, signal?: AbortSignal) => get<{ comments: Comment[]; may: May }>(root(at), signal)

/** What is to be said. Sent twice under one id it is there once, so that it can be sent again where the answer was lost. */
export interface Wish {
  id: string
  text: string
  sensitive: boolean
  files: File[]
}

export function addComment(at: At, wish: Wish): Promise<Comment> {
  const form = new FormData()
  form.set('id', wish.id)
  form.set('text', wish.text)
  form.set('class', wish.sensitive ? 'sensitive' : 'internal')
  for (const file of wish.files) form.append('file', file, file.name)
  return json<Comment>(send('POST', root(at), form))
}

export const removeComment = (at: At, id: string) => send('DELETE', `${root(at)}/${id}`)

/** The address of a file, or of a small picture of a photo. */
export function fileUrl(at: At, comment: string, file: string, preview = false): string {
  return url(`${root(at)}/${comment}/files/${file}${preview ? '?size=preview' : ''}`)
}
