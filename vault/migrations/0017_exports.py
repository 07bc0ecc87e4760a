from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vault", "0016_keys")]

    operations = []
