"""The same two requests as a page of Django REST framework: a list of due cards, and a review by SM-2.

`make bench` serves it in an environment of its own (requirements.txt) with two workers. PEER_DATABASE is the
folder of PostgreSQL's socket, or a file of SQLite.
"""

import json
import os
from datetime import timedelta
from pathlib import Path

import django
import jwt
from django.conf import settings

DATABASE = Path(os.environ["PEER_DATABASE"])
SECRET = "known to everybody, as nothing but a benchmark uses it"
POSTGRES = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": "postgres",
    "HOST": str(DATABASE),
    "CONN_MAX_AGE": None,
}
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATABASE), "OPTIONS": {"timeout": 20}}

settings.configure(
    SECRET_KEY=SECRET,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="app",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"],
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
    DATABASES={"default": POSTGRES if DATABASE.is_dir() else SQLITE},
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
        "DEFAULT_THROTTLE_RATES": {"user": "1000000/minute"},
    },
)
django.setup()

from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.db.models import F
from django.urls import include, path
from django.utils import timezone
from rest_framework import serializers, viewsets
from rest_framework.authentication import BaseAuthentication
from rest_framework.decorators import action
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter


class Card(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    question, answer = models.TextField(), models.TextField()
    status = models.CharField(max_length=20, default="active")
    ease, interval, repetitions = (
        models.FloatField(default=2.5),
        models.IntegerField(default=0),
        models.IntegerField(default=0),
    )
    total_reviews, successes = models.IntegerField(default=0), models.IntegerField(default=0)
    due_on = models.DateField()
    created_at, updated_at = models.DateTimeField(auto_now_add=True), models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "auth"
        indexes = [models.Index(fields=["user", "status", "due_on"])]


class Review(models.Model):
    card = models.ForeignKey(Card, on_delete=models.CASCADE)
    quality = models.IntegerField()
    response_time_seconds = models.FloatField(null=True)
    reviewed_at = models.DateTimeField()

    class Meta:
        app_label = "auth"


class Stats(models.Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE)
    reviews, successes = models.IntegerField(default=0), models.IntegerField(default=0)

    class Meta:
        app_label = "auth"


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request):
        _, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            claims = jwt.decode(token, SECRET, algorithms=["HS256"])
            return User.objects.get(pk=claims["sub"], is_active=True), claims
        except (jwt.InvalidTokenError, User.DoesNotExist):
            raise AuthenticationFailed from None


class CardSerializer(serializers.ModelSerializer):
    class Meta:
        model = Card
        exclude = ["user"]


class ReviewSerializer(serializers.Serializer):
    quality_response = serializers.IntegerField(min_value=0, max_value=5)
    response_time_seconds = serializers.FloatField(required=False, min_value=0)


class CardViewSet(viewsets.ModelViewSet):
    authentication_classes = [TokenAuthentication]
    serializer_class = CardSerializer

    def get_queryset(self):
        return Card.objects.filter(user=self.request.user)

    @action(detail=False)
    def due(self, request):
        cards = (
            self.get_queryset()
            .filter(status="active", due_on__lte=timezone.now().date())
            .order_by("due_on", "pk")
        )
        return Response(self.get_serializer(cards[:20], many=True).data)

    @action(detail=True, methods=["post"])
    def review(self, request, pk):
        body = ReviewSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        quality, now = body.validated_data["quality_response"], timezone.now()
        with transaction.atomic():
            card = self.get_queryset().select_for_update().get(pk=pk)
            card.repetitions = card.repetitions + 1 if quality >= 3 else 0
            card.ease = max(1.3, card.ease + 0.1 - (5 - quality) * (0.08 + (5 - quality) * 0.02))
            card.interval = {0: 1, 1: 1, 2: 6}.get(card.repetitions) or min(
                3650, round(card.interval * card.ease)
            )
            card.due_on = now.date() + timedelta(days=card.interval)
            card.total_reviews += 1
            card.successes += quality >= 3
            card.save()
            time = body.validated_data.get("response_time_seconds")
            Review.objects.create(card=card, quality=quality, response_time_seconds=time, reviewed_at=now)
            Stats.objects.filter(user=request.user).update(
                reviews=F("reviews") + 1, successes=F("successes") + int(quality >= 3)
            )
        return Response(self.get_serializer(card).data)


router = DefaultRouter()
router.register("flashcards", CardViewSet, basename="flashcards")
urlpatterns = [path("api/", include(router.urls))]
application = get_wsgi_application()


def fill(users: int, cards: int) -> None:
    """Create the tables, and users with due cards; print the cards' ids by the users' tokens."""
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in (Card, Review, Stats):
            editor.create_model(model)
    found, today = {}, timezone.now().date()
    for name in range(users):
        user = User.objects.create(username=f"peer{name}")
        Stats.objects.create(user=user)
        new = [Card(user=user, question=f"Q{n}?", answer=str(n), due_on=today) for n in range(cards)]
        token = jwt.encode({"sub": str(user.pk)}, SECRET, algorithm="HS256")
        found[token] = [card.pk for card in Card.objects.bulk_create(new)]
    print(json.dumps(found))
