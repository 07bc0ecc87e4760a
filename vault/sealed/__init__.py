"""Sealed model fields: what a model of client data looks like.

    class Client(SealedModel):
        identity = SealedGroup("client.identity")
        name = SealedText(identity, 1, mask=masks.name)

A disclosure group is one bytea column beside its seal counter; the values are attributes that open only
inside an access context (`vault.sealed.context`) that names the subject and the group.
"""
