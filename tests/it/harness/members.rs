//! The people of a site, and commands about it.

use quartfeed::{
    model::{NewUser, PasswordRules},
    store::users,
};

use super::{
    acts::PASSWORD,
    person::Person,
    program::{Said, run},
    site::Site,
};

/// The hash of [`PASSWORD`], with the parameters of today.
const PASSWORD_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$JX6aT6FTWWhqV37tq2l78A$NROoE+kTh0GoNGm7DbaIHAIMCWGYQ37lwDDcivqRI2Q";

impl Site {
    /// Returns somebody with a fresh browser.
    pub(crate) fn visitor(&self) -> Person {
        let mut visitor = Person::stranger(&self.server().address().to_string());
        self.base().clone_into(&mut visitor.base);
        visitor
    }

    /// Returns a person who has registered and signed in.
    pub(crate) fn member(&self, name: &str) -> Person {
        let person = self.registered(name);
        person.sign_in(name);
        person
    }

    /// Returns a member with "Stay signed in".
    pub(crate) fn lasting_member(&self, name: &str) -> Person {
        let person = self.registered(name);
        let form = [
            ("username", name),
            ("password", PASSWORD),
            ("remember", "1"),
        ];
        assert_eq!(person.post("/login", &form).status, 303);
        person
    }

    /// Returns a person who has made an account by the set-up link, and signed in.
    pub(crate) fn admin(&self, name: &str) -> Person {
        let mut person = self.visitor();
        let form = [("username", name), ("password", PASSWORD)];
        let made = person.post(&self.setup_path(), &form);
        assert_eq!((made.status, made.location()), (303, "/login"));
        name.clone_into(&mut person.name);
        person.sign_in(name);
        person
    }

    /// Returns Alice, who follows Bob, and Bob.
    pub(crate) fn friends(&self) -> (Person, Person) {
        let (alice, bob) = (self.member("alice"), self.member("bob"));
        alice.follow(&bob);
        (alice, bob)
    }

    /// Returns somebody with a copy of this person's cookies, as they are now.
    pub(crate) fn copy_of(&self, person: &Person) -> Person {
        self.visitor().saying("Cookie", &person.cookies())
    }

    /// Returns the path of the newest set-up link in the log.
    pub(crate) fn setup_path(&self) -> String {
        let log = self.log();
        let (_, rest) = log.rsplit_once("/setup/").expect("a set-up link");
        let token = rest.split_whitespace().next().expect("the link ends");
        format!("/setup/{token}")
    }

    /// Runs a command on this site's file, by a process of its own, while the site runs.
    pub(crate) fn command(&self, arguments: &[&str]) -> Said {
        let database = self.database();
        let mut all = arguments.to_vec();
        all.extend(["--database", database.to_str().expect("UTF-8")]);
        run(&self.directory(), &all)
    }

    /// Writes an account into the file: other tests fill in the form, and to hash a password takes longer than most.
    fn registered(&self, name: &str) -> Person {
        let field = |field: &str| match field {
            "username" => name,
            "password" => PASSWORD,
            _ => "",
        };
        let new = NewUser::parse(field, &PasswordRules::LEAST).expect("a good name");
        self.write(|tx| users::register(tx, &new, PASSWORD_HASH));
        let mut person = self.visitor();
        name.clone_into(&mut person.name);
        person
    }
}
