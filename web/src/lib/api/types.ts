/**
 * The app's names for what `/api/v1` sends and takes, as generated from the server's own
 * description. Times are Unix milliseconds, text offsets count UTF-16 units (what JavaScript strings
 * use).
 */

import type { components, paths } from './schema';

type Schemas = components['schemas'];

export type LanguageCode = Schemas['Language'];
export type Role = Schemas['Role'];
/** What people with an account are; guests have none. */
export type Member = Exclude<Role, 'guest'>;
export type SchoolKind = Schemas['OrgKind'];

export type Box = Schemas['BoxInfo'];
export type BoxStatus = Schemas['BoxStatus'];
export type BoxTime = Schemas['BoxTime'];
export type Engine = Schemas['EngineStatus'];
export type ModelChoices = Schemas['ModelChoices'];
export type DeadJob = Schemas['DeadJob'];
export type ModelStatus = Schemas['ModelStatus'];
export type Preset = Schemas['Preset'];
export type PresetLine = Schemas['Line'];
export type SchoolSettings = Schemas['SchoolSettings'];
export type SchoolSettingsPatch = Schemas['SchoolSettingsPatch'];
export type School = Schemas['School'];
export type Setup = Schemas['Setup'];

export type Me = Schemas['Me'];
export type MePatch = Schemas['MePatch'];
export type NewUser = Schemas['NewUser'];
export type Erasure = Schemas['Erasure'];
export type ErasurePreview = Schemas['ErasurePreview'];
export type EraseUser = Schemas['EraseUser'];
export type User = Schemas['User'];
export type Users = Schemas['Users'];
export type UserPatch = Schemas['UserPatch'];

export type Import = Schemas['PeopleImport'];
export type ImportColumn = Schemas['ImportColumn'];
export type ImportOutcome = Schemas['ImportOutcome'];
export type ImportPlan = Schemas['PeopleImportPlan'];
export type ImportReason = Schemas['ImportReason'];
export type ImportRow = Schemas['ImportRow'];
export type ImportRows = Schemas['ImportRows'];

export type Invitation = Schemas['Invitation'];
export type MadeInvitation = Schemas['MadeInvitation'];
export type NewInvitation = Schemas['NewInvitation'];
export type Offer = Schemas['Offer'];
export type Registration = Schemas['Registration'];
export type Joining = Schemas['Joining'];
export type JoiningPatch = Schemas['JoiningPatch'];
export type Waiting = Schemas['Waiting'];
export type OwnSession = Schemas['Session'];
export type RecoveryCard = Schemas['RecoveryCard'];
export type SecondStep = Schemas['SecondStep'];
export type OwnCodes = Schemas['OwnCodes'];
export type NewCodes = Schemas['NewCodes'];

export type Class = Schemas['Class'];
export type BadgeCards = Schemas['BadgeCards'];
export type ClassDoor = Schemas['ClassDoor'];
export type ClassName = Schemas['ClassName'];
export type Entering = Schemas['Entering'];
export type GivenSecret = Schemas['GivenSecret'];
export type NewBadges = Schemas['NewBadges'];
export type SecretCards = Schemas['SecretCards'];
export type Opening = Schemas['Opening'];
export type Way = Schemas['Way'];
export type ClassMember = Pick<
	Schemas['ClassMember'],
	'id' | 'name' | 'username' | 'role' | 'active'
>;
export type ClassPatch = Schemas['ClassPatch'];
export type ClassWithMembers = Schemas['ClassWithMembers'];
export type MembersPatch = Schemas['MembersPatch'];
export type NewClass = Schemas['NewClass'];

export type Term = Schemas['Term'];
export type NewTerm = Schemas['NewTerm'];
export type TermPatch = Schemas['TermPatch'];
export type ClassWish = Schemas['ClassWish'];
export type How = Schemas['How'];
export type NewRollover = Schemas['NewRollover'];
export type Rollover = Schemas['Rollover'];
export type RolloverPlan = Schemas['RolloverPlan'];
export type RolloverStep = Schemas['RolloverStep'];

export type Trash = Schemas['Trash'];

export type AgeBand = Schemas['AgeBand'];
export type ConsentEntry = Schemas['ConsentEntry'];
export type ConsentFilter = NonNullable<
	NonNullable<paths['/api/v1/consent']['get']['parameters']['query']>['filter']
>;
export type ConsentGiver = Schemas['ConsentGiver'];
export type ConsentLearner = Schemas['ConsentLearner'];
export type ConsentRegister = Schemas['ConsentRegister'];
export type ConsentRule = Schemas['ConsentMissingRule'];
export type ConsentState = Schemas['ConsentState'];
export type ConsentWay = Schemas['ConsentWay'];
export type LearnerConsent = Schemas['LearnerConsent'];
export type NewConsent = Schemas['NewConsent'];
export type OwnConsent = Schemas['OwnConsent'];
export type Purpose = Schemas['Purpose'];

export type AuditAction = Schemas['Action'];
export type AuditCheck = Schemas['AuditCheck'];
export type AuditEntry = Schemas['AuditEntry'];
export type AuditFacts = Schemas['AuditFacts'];
export type AuditGroup = NonNullable<
	NonNullable<paths['/api/v1/audit']['get']['parameters']['query']>['group']
>;
export type AuditLog = Schemas['AuditLog'];

export type ApiKey = Schemas['ApiKey'];
export type MadeKey = Schemas['MadeApiKey'];
export type NewKey = Schemas['NewApiKey'];

export type Anchor = Schemas['Anchor'];
export type AnchorKind = Schemas['AnchorKind'];
export type Block = Schemas['TextBlock'];
export type Correction = Schemas['Correction'];
export type Lesson = Schemas['Lesson'];
export type LessonPatch = Schemas['ChangeBody'];
export type LessonStage = Schemas['Stage'];
export type LessonStatus = Schemas['LessonStatus'];
export type LessonText = Schemas['LessonText'];
export type Passage = Schemas['Passage'];
export type Section = Schemas['Section'];

export type Stick = Schemas['Stick'];
export type StickCopy = Schemas['StickCopy'];
export type StickEntry = Schemas['StickEntry'];
export type StickFolder = Schemas['StickFolder'];
export type StickPlan = Schemas['StickPlan'];
export type CopyChoice = Schemas['CopyBody'];

export type LessonChoice = Schemas['Allowed'];
export type Persona = Schemas['Persona'];
export type PersonaList = Schemas['PersonaList'];
export type PersonaInput = Schemas['PersonaFields'];
export type PersonaSettings = Schemas['Settings'];
export type Tone = Schemas['Tone'];

export type Loudness = Schemas['Loudness'];

export type KeptAnswer = Schemas['KeptAnswer'];
export type KeptAnswerList = Schemas['KeptAnswerList'];
export type Standing = Schemas['Standing'];

export type Conversation = Schemas['Conversation'];
export type History = Schemas['ConversationWithMessages'];
export type Message = Schemas['Message'];
export type MessageStatus = Schemas['AnswerStatus'];
export type Sentence = Schemas['Sentence'];

export type ClientFrame = Schemas['ClientEvent'];
export type AskFrame = Extract<ClientFrame, { type: 'ask' }>;
export type ServerFrame = Schemas['ServerEvent'];
