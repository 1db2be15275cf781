//! The words of the log: what can be done, to what, and how that is sorted.

use crate::word_enum;

word_enum! {
    /// What was done. Words are added, never changed: old entries keep theirs.
    Action {
        /// Somebody was added.
        PersonAdded = "person_added",
        /// Somebody got another name.
        PersonRenamed = "person_renamed",
        /// Somebody got another role.
        RoleChanged = "role_changed",
        /// Somebody said how old a learner is.
        AgeBandSet = "age_band_set",
        /// What a learner's parents said about their child's data was written down.
        ConsentRecorded = "consent_recorded",
        /// That was taken back.
        ConsentUndone = "consent_undone",
        /// The register of consents was saved as a list.
        ConsentsExported = "consents_exported",
        /// What follows where parents have not said anything is another.
        ConsentRuleChanged = "consent_rule_changed",
        /// The chats of a learner whose parents said no were deleted.
        ChatsErased = "chats_erased",
        /// An account was switched off.
        AccountClosed = "account_closed",
        /// An account was switched on again.
        AccountOpened = "account_opened",
        /// Somebody was moved to the trash.
        PersonTrashed = "person_trashed",
        /// Somebody came back from the trash.
        PersonRestored = "person_restored",
        /// Somebody was deleted for good.
        PersonErased = "person_erased",
        /// All that is kept of somebody was saved as a file.
        PersonExported = "person_exported",
        /// A list of people was carried out.
        ListStarted = "list_started",
        /// The people were saved as a list.
        PeopleExported = "people_exported",
        /// One of the staff signed in.
        SignedIn = "signed_in",
        /// Somebody got a password from the staff.
        PasswordSet = "password_set",
        /// One of the staff changed the own password.
        OwnPasswordChanged = "own_password_changed",
        /// A learner got digits or pictures.
        SecretGiven = "secret_given",
        /// A learner got a badge.
        BadgeGiven = "badge_given",
        /// A learner's badge was made worthless.
        BadgeRevoked = "badge_revoked",
        /// Wrong tries locked an account.
        AccountLocked = "account_locked",
        /// A class was made.
        ClassMade = "class_made",
        /// A class got another name.
        ClassRenamed = "class_renamed",
        /// A class was put into another term, or out of all.
        ClassMoved = "class_moved",
        /// A class was ended.
        ClassEnded = "class_ended",
        /// A class that was over goes on.
        ClassResumed = "class_resumed",
        /// A class was opened for signing in.
        ClassOpened = "class_opened",
        /// A class was closed for signing in.
        ClassClosed = "class_closed",
        /// A class got another code.
        ClassCodeRenewed = "class_code_renewed",
        /// A class was moved to the trash.
        ClassTrashed = "class_trashed",
        /// A class came back from the trash.
        ClassRestored = "class_restored",
        /// A class was deleted for good.
        ClassErased = "class_erased",
        /// Somebody came into a class.
        MemberAdded = "member_added",
        /// Somebody was taken out of a class.
        MemberRemoved = "member_removed",
        /// A year or term was made.
        TermMade = "term_made",
        /// A year or term was changed.
        TermChanged = "term_changed",
        /// A year or term was deleted.
        TermDeleted = "term_deleted",
        /// Classes were taken into another term.
        RolledOver = "rolled_over",
        /// That was taken back.
        RolloverUndone = "rollover_undone",
        /// A lesson was added.
        LessonAdded = "lesson_added",
        /// What a lesson is called, its subject or its language changed.
        LessonChanged = "lesson_changed",
        /// Others may read a lesson now.
        LessonShared = "lesson_shared",
        /// What was read from a lesson was corrected.
        LessonCorrected = "lesson_corrected",
        /// A lesson was deleted.
        LessonDeleted = "lesson_deleted",
        /// A tutor was made.
        TutorMade = "tutor_made",
        /// A tutor was changed.
        TutorChanged = "tutor_changed",
        /// Others may ask a tutor now.
        TutorShared = "tutor_shared",
        /// A tutor was deleted.
        TutorDeleted = "tutor_deleted",
        /// An answer of a tutor was approved.
        AnswerApproved = "answer_approved",
        /// An answer of a tutor was put into a teacher's words.
        AnswerCorrected = "answer_corrected",
        /// An answer of a tutor was deleted.
        AnswerDeleted = "answer_deleted",
        /// That was taken back.
        AnswerRestored = "answer_restored",
        /// The school was set up.
        SchoolSetUp = "school_set_up",
        /// The school's name, kind or language changed.
        SchoolChanged = "school_changed",
        /// Another school of the box was made.
        SchoolMade = "school_made",
        /// A key for programs was made.
        KeyMade = "key_made",
        /// A key for programs was revoked.
        KeyRevoked = "key_revoked",
        /// Another language model was chosen.
        ModelChanged = "model_changed",
        /// The time of the box was moved forward.
        TimeMoved = "time_moved",
        /// Somebody was invited.
        InvitationMade = "invitation_made",
        /// An invitation was taken back.
        InvitationRevoked = "invitation_revoked",
        /// Somebody accepted an invitation.
        InvitationAccepted = "invitation_accepted",
        /// Learners may ask for an account from now on.
        JoiningOpened = "joining_opened",
        /// Learners may not ask for an account any more.
        JoiningClosed = "joining_closed",
        /// The code with which learners ask for an account is another one.
        JoiningRenewed = "joining_renewed",
        /// The account somebody asked for was opened.
        JoinApproved = "join_approved",
        /// The account somebody asked for was deleted.
        JoinRefused = "join_refused",
        /// Somebody got a card to set a new password with.
        RecoveryGiven = "recovery_given",
        /// Somebody made a card for the day the password is forgotten.
        OwnRecoveryMade = "own_recovery_made",
        /// Somebody set a new password with a card.
        Recovered = "recovered",
        /// One of the staff types codes of a phone from now on.
        CodesOn = "codes_on",
        /// One of the staff types none any more.
        CodesOff = "codes_off",
        /// Somebody else turned them off: an administrator, or the terminal.
        CodesLifted = "codes_lifted",
        /// One of the staff signed in with a recovery code.
        RecoveryCodeUsed = "recovery_code_used",
        /// One of the staff made new recovery codes.
        RecoveryCodesRenewed = "recovery_codes_renewed",
        /// The log was saved as a list.
        LogExported = "log_exported",
        /// An entry whose word is none; nothing writes it.
        Unreadable = "unreadable",
    }
}

word_enum! {
    /// What things are done to.
    Kind {
        /// A person.
        Person = "person",
        /// A list of people.
        List = "list",
        /// A class.
        Class = "class",
        /// A year or term.
        Term = "term",
        /// Classes that were taken into another term together.
        Rollover = "rollover",
        /// A lesson.
        Lesson = "lesson",
        /// A tutor.
        Tutor = "tutor",
        /// An answer of a tutor.
        Answer = "answer",
        /// A school.
        School = "school",
        /// A key for programs.
        Key = "key",
        /// An invitation.
        Invitation = "invitation",
        /// The box.
        Box = "box",
    }
}

word_enum! {
    /// What the log is filtered by.
    Group {
        /// Accounts and lists of people.
        People = "people",
        /// Signing in, and what people sign in with.
        SignIn = "sign_in",
        /// Classes, their people, years and terms.
        Classes = "classes",
        /// Lessons.
        Lessons = "lessons",
        /// Tutors and their answers.
        Tutors = "tutors",
        /// The school's settings, keys, the box and this log.
        School = "school",
    }
}

impl Action {
    /// The action of a stored word.
    pub(super) fn read(word: &str) -> Self {
        word.parse().unwrap_or(Self::Unreadable)
    }

    /// What it is done to.
    pub fn kind(self) -> Kind {
        self.place().1
    }

    /// What it is filtered by.
    pub fn group(self) -> Group {
        self.place().0
    }

    fn place(self) -> (Group, Kind) {
        match self {
            Self::PersonAdded
            | Self::PersonRenamed
            | Self::RoleChanged
            | Self::AgeBandSet
            | Self::ConsentRecorded
            | Self::ConsentUndone
            | Self::ChatsErased
            | Self::AccountClosed
            | Self::AccountOpened
            | Self::PersonTrashed
            | Self::PersonRestored
            | Self::PersonErased
            | Self::PersonExported
            | Self::InvitationAccepted
            | Self::JoinApproved
            | Self::JoinRefused => (Group::People, Kind::Person),
            Self::InvitationMade | Self::InvitationRevoked => (Group::People, Kind::Invitation),
            Self::ListStarted | Self::PeopleExported | Self::ConsentsExported => {
                (Group::People, Kind::List)
            }
            Self::SignedIn
            | Self::PasswordSet
            | Self::OwnPasswordChanged
            | Self::SecretGiven
            | Self::BadgeGiven
            | Self::BadgeRevoked
            | Self::RecoveryGiven
            | Self::OwnRecoveryMade
            | Self::Recovered
            | Self::CodesOn
            | Self::CodesOff
            | Self::CodesLifted
            | Self::RecoveryCodeUsed
            | Self::RecoveryCodesRenewed
            | Self::AccountLocked => (Group::SignIn, Kind::Person),
            Self::ClassMade
            | Self::ClassRenamed
            | Self::ClassMoved
            | Self::ClassEnded
            | Self::ClassResumed
            | Self::ClassOpened
            | Self::ClassClosed
            | Self::ClassCodeRenewed
            | Self::ClassTrashed
            | Self::ClassRestored
            | Self::ClassErased => (Group::Classes, Kind::Class),
            Self::MemberAdded | Self::MemberRemoved => (Group::Classes, Kind::Person),
            Self::TermMade | Self::TermChanged | Self::TermDeleted => (Group::Classes, Kind::Term),
            Self::RolledOver | Self::RolloverUndone => (Group::Classes, Kind::Rollover),
            Self::LessonAdded
            | Self::LessonChanged
            | Self::LessonShared
            | Self::LessonCorrected
            | Self::LessonDeleted => (Group::Lessons, Kind::Lesson),
            Self::TutorMade | Self::TutorChanged | Self::TutorShared | Self::TutorDeleted => {
                (Group::Tutors, Kind::Tutor)
            }
            Self::AnswerApproved
            | Self::AnswerCorrected
            | Self::AnswerDeleted
            | Self::AnswerRestored => (Group::Tutors, Kind::Answer),
            Self::SchoolSetUp
            | Self::SchoolChanged
            | Self::SchoolMade
            | Self::ConsentRuleChanged
            | Self::JoiningOpened
            | Self::JoiningClosed
            | Self::JoiningRenewed => (Group::School, Kind::School),
            Self::KeyMade | Self::KeyRevoked => (Group::School, Kind::Key),
            Self::ModelChanged | Self::TimeMoved | Self::LogExported | Self::Unreadable => {
                (Group::School, Kind::Box)
            }
        }
    }
}

impl Group {
    /// The actions it holds.
    pub(super) fn actions(self) -> impl Iterator<Item = Action> {
        let all = Action::ALL.iter().copied();
        all.filter(move |action| action.group() == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_found_by_its_group() {
        let found: usize = Group::ALL.iter().map(|group| group.actions().count()).sum();
        assert_eq!(found, Action::ALL.len());
        assert!(
            Group::Lessons
                .actions()
                .any(|action| action == Action::LessonDeleted)
        );
    }

    #[test]
    fn words_of_a_newer_box_are_no_reason_to_show_nothing() {
        assert_eq!(Action::read("class_made"), Action::ClassMade);
        assert_eq!(Action::read("class_painted"), Action::Unreadable);
    }
}
